import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Fault, Faults } from '../foundation/fault.ts';
import { loadConfiguration } from './load-configuration.ts';
import { MINIMAL } from './resolve-texts.ts';

const examples = fileURLToPath(new URL('../../examples/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'innereye-config-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe('loading a configuration', () => {
  it.each(readdirSync(examples).filter(name => name.endsWith('.innereye.yaml')))(
    'takes the example %s',
    async name => {
      const { settings, diagnostics } = await loadConfiguration(join(examples, name), { checkFiles: false });
      expect(settings.name).toBeDefined();
      // Whether it fits into memory depends on the machine; what it starts from may be named on the command line.
      const left = diagnostics.filter(({ code }) => code !== 'memory' && code !== 'frozen-at-random');
      expect(left).toEqual([]);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'says of a base that is a device that it cannot be read',
    async () => {
      const file = write('zero.innereye.yaml', `extends: /dev/zero\n${MINIMAL}`);
      const error = await failure(loadConfiguration(file, { checkFiles: false }));
      expect((error as Faults).faults[0]!.message).toContain('it is no regular file');
      expect(await failure(loadConfiguration(folder))).toMatchObject({
        message: 'this is a folder, no configuration',
      });
    },
  );

  it('names a model after its file where it has no name', async () => {
    const file = write('liver.innereye.yaml', MINIMAL.replace('./data', '.'));
    const { settings, files } = await loadConfiguration(file);
    expect(settings.name).toBe('liver');
    expect(settings.dataset.path).toBe(folder);
    expect(files).toEqual([{ file, kind: 'file', content: MINIMAL.replace('./data', '.') }]);
  });

  it('throws every error at once, each with its place and a remedy', async () => {
    const file = write('bad.innereye.yaml', `${MINIMAL}training: {epochs: -1}\noptimiser: {}\n`);
    const error = await failure(loadConfiguration(file, { set: ['sampling.crop_sise=[1,1,1]'] }));
    expect(error).toBeInstanceOf(Faults);
    const { faults } = error as Faults;
    expect(faults.map(({ place }) => place)).toEqual([
      { file: '--set sampling.crop_sise=[1,1,1]' },
      { file, line: 3, column: 9 },
      { file, line: 8, column: 20 },
      { file, line: 9, column: 1 },
    ]);
    for (const { remedy } of faults) expect(remedy).toMatch(/\.$|\?$/);
  });

  it('names a configuration that is missing, and one that is a folder', async () => {
    const missing = await failure(loadConfiguration(join(folder, 'no.innereye.yaml')));
    expect(missing).toBeInstanceOf(Fault);
    expect((missing as Fault).message).toBe('there is no such configuration');
    expect(((await failure(loadConfiguration(folder))) as Fault).message).toMatch(/this is a folder/);
  });

  it('names a base that is a folder where it is named', async () => {
    const file = write('child.innereye.yaml', 'extends: .\n');
    const { faults } = (await failure(loadConfiguration(file))) as Faults;
    expect(faults).toHaveLength(1);
    expect(faults[0].place).toEqual({ file, line: 1, column: 10 });
  });
});
