import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationSchema, type ScalarConfiguration } from '../config/schema/configuration.ts';
import { temporaryFolder } from '../dataset/fixtures/settings.ts';
import { loadRunPlugins } from './run-plugins.ts';
import { scalarModelOf } from './scalar/scalar-task.ts';

const folder = temporaryFolder();

/** A regression of two columns whose network is a plugin's. */
async function modelOf(source: string) {
  const file = join(folder, `${source.length}.ts`);
  await writeFile(file, source);
  const settings = configurationSchema.parse({
    task: 'regression',
    dataset: { features: { numerical: ['age', 'weight'] }, targets: { columns: ['volume'] } },
    architecture: { name: 'plugin', definition: 'line', bias: true },
    plugins: [file],
  }) as ScalarConfiguration;
  const column = (name: string) => ({ name, mean: 0, deviation: 1 });
  const facts = {
    features: { numerical: [column('age'), column('weight')], categorical: [] },
    targets: [{ mean: 0, deviation: 1 }],
  } as unknown as Parameters<typeof scalarModelOf>[1];
  return scalarModelOf(settings, facts, await loadRunPlugins(settings)).model;
}

const define = (built: string) => `import { defineArchitecture } from 'innereye';
export default defineArchitecture({ name: 'line', build: (options, sizes) => (${built}) });
`;

describe('an architecture of a plugin', () => {
  it('serves tasks without structures, and is told of features and targets', async () => {
    const model = await modelOf(
      define(`{
        parameters: [{ name: 'w', shape: [sizes.features, sizes.classes], bias: options.bias }],
        statistics: [],
        uses: { images: false, features: true },
        forward: input => input.features,
      }`),
    );
    expect(model.parameters).toEqual([{ name: 'w', shape: [2, 1], bias: true }]);
  });

  it('is refused where it does not say what it uses', async () => {
    await expect(
      modelOf(define('{ parameters: [], statistics: [], forward: input => input }')),
    ).rejects.toThrow('is no model of subjects');
  });
});
