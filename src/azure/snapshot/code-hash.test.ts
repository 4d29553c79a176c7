import { expect, it } from 'vitest';
import { codeHash } from './code-hash.ts';

const file = (path: string, content: string) => ({ path, source: { content }, bytes: content.length });

it("is the hash of AzureML's Python client", async () => {
  const files = [file('b.txt', 'hello'), file('Sub/A.py', ''), file('a.txt', 'x\ny\n')];
  const hash = await codeHash(files, async ({ source }) =>
    Buffer.from('content' in source ? source.content : ''),
  );
  // azure-ai-ml 1.35.2, by scripts/goldens/azureml-code-hash.py.
  expect(hash).toBe('52568aef0eaa91ba5d5beb73f8da3855be07fc1af83e453e4137e54b32f48e93');
});
