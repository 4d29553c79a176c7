import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Fault } from '../../foundation/fault.ts';
import { loadPlugins } from './load-plugins.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-plugin-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function plugin(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

describe('plugins', () => {
  it('are TypeScript that imports from innereye, from its own files and from the program', async () => {
    plugin('factor.ts', 'export const factor: number = 3;\n');
    const file = plugin(
      'my.ts',
      `import { defineTransform, defineMetric, z } from 'innereye';
import { scalar } from '@tensorflow/tfjs-core';
import { factor } from './factor.ts';
export const triple = defineTransform({
  name: 'triple',
  options: z.object({ offset: z.number().default(1) }),
  augment(sample, { offset }) {
    for (const image of sample.images) image.forEach((value: number, i: number) => { image[i] = factor * value + offset + (typeof scalar === 'function' ? 10 : 0); });
    return sample;
  },
});
export default defineMetric({ name: 'volume', measure: ({ prediction }) => prediction.filter(v => v === 1).length });
`,
    );
    const plugins = await loadPlugins([file]);
    expect(plugins.definitions.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      'metric volume',
      'transform triple',
    ]);
    const transform = plugins.find('transform', 'triple');
    const images = [Float32Array.of(1, 2)];
    const options = transform.options!.parse({});
    transform.augment!({ shape: [1, 1, 2], images }, options, undefined as never);
    expect([...images[0]]).toEqual([14, 17]);
  });

  it('are read again when they have changed', async () => {
    const text = (value: number) =>
      `import { defineMetric } from 'innereye';\nexport const m = defineMetric({ name: 'm', measure: () => ${value} });\n`;
    const file = plugin('changing.ts', text(1));
    const measure = async () => (await loadPlugins([file])).find('metric', 'm').measure(undefined as never);
    expect(await measure()).toBe(1);
    plugin('changing.ts', text(2));
    expect(await measure()).toBe(2);
  });

  it('that cannot be compiled are named with file, line and column', async () => {
    const file = plugin('broken.ts', "import { defineLoss } from 'innereye';\nexport const x = = 3;\n");
    const fault = await faultOf(loadPlugins([file]));
    expect(fault.place).toEqual({ file, line: 2, column: 18 });
  });

  it('that fail when they are loaded are named with the line of the source', async () => {
    const file = plugin(
      'failing.ts',
      "interface A { a: string }\nconst a: A = { a: 'x' };\nthrow new Error('oh ' + a.a);\n",
    );
    const fault = await faultOf(loadPlugins([file]));
    expect(fault.message).toBe('the plugin fails: oh x');
    expect(fault.place).toMatchObject({ file, line: 3 });
  });

  it('that define nothing, or the same name twice, are refused', async () => {
    const nothing = plugin('nothing.ts', 'export const x = 3;\n');
    expect((await faultOf(loadPlugins([nothing]))).message).toMatch(/exports no definition/);
    const twice =
      "import { defineMetric as d } from 'innereye';\nexport const a = d({ name: 'n', measure: () => 1 });\n";
    const [one, two] = [plugin('one.ts', twice), plugin('two.ts', twice)];
    expect((await faultOf(loadPlugins([one, two]))).message).toMatch(/defined twice/);
  });

  it.skipIf(process.platform === 'win32')('are regular files, not devices that never end', async () => {
    expect((await faultOf(loadPlugins(['/dev/zero']))).message).toMatch(
      /cannot be read: it is no regular file/,
    );
    expect((await faultOf(loadPlugins([folder]))).message).toMatch(/it is a folder/);
  });

  it('name the nearest definition where one is misspelt', async () => {
    const file = plugin(
      'named.ts',
      "import { defineLoss } from 'innereye';\nexport const a = defineLoss({ name: 'tversky', build: () => 1 });\n",
    );
    const plugins = await loadPlugins([file]);
    expect(() => plugins.find('loss', 'tverski')).toThrow(Fault);
  });
});
