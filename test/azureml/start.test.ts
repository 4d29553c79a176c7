import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

it('npm run azureml:stand-in says what to set, and leaves nothing when it is interrupted', async () => {
  const program = spawn(process.execPath, ['scripts/azureml-stand-in.mjs'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise(resolve => program.once('close', resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: program.stdout })) {
    lines.push(line);
    if (line.startsWith('Ctrl-C')) program.kill('SIGINT');
  }
  const text = lines.join('\n');
  const authority = /^export NODE_EXTRA_CA_CERTS=(.+)$/m.exec(text)![1]!;
  expect(await ended).toBe(0);
  expect(text).toMatch(/^ {2}endpoint: https:\/\/127\.0\.0\.1:\d+$/m);
  expect(text).toMatch(/^ {2}cluster: gpu-low-priority$/m);
  expect(existsSync(authority)).toBe(false);
});
