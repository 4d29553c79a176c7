import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema } from '../../config/schema/configuration.ts';
import { temporaryFolder } from '../../dataset/fixtures/settings.ts';
import { requireTestOutputs } from './requirements.ts';

const folder = temporaryFolder();
const settings = configurationSchema.parse({
  task: 'classification',
  dataset: { features: { numerical: ['age'] }, targets: { column: 'ill' } },
  architecture: { name: 'mlp' },
});

async function runWith(name: string, test: readonly string[]): Promise<string> {
  const run = join(folder, name);
  await mkdir(run, { recursive: true });
  const split = { host: 'here', train: [], validation: [], test: test.map(id => ({ id, files: [] })) };
  await writeFile(join(run, 'split.json'), JSON.stringify(split));
  return run;
}

describe('members of an ensemble of tables', () => {
  it('must have been evaluated on the test subjects, where there are any', async () => {
    const untested = await runWith('untested', ['a']);
    await expect(requireTestOutputs(settings, [untested])).rejects.toThrow(
      'the run was not evaluated on its test split',
    );
    await expect(requireTestOutputs(settings, [await runWith('none', [])])).resolves.toBeUndefined();
  });
});
