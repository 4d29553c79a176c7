import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { onlyRun, programMissing, run, writeSmallConfiguration } from './program.ts';

it.skipIf(programMissing)(
  `without the engine, plain JavaScript trains a very small model and says how slow it is ${programMissing}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'innereye-javascript-'));
    try {
      expect((await run(['cohort', join(folder, 'data'), '--subjects', '5', '--seed', '3'])).code).toBe(0);
      const config = await writeSmallConfiguration(folder);
      const settings = {
        'training.device': 'javascript',
        'training.epochs': '1',
        'training.batch_size': '1',
        'sampling.crop_size': '[8,8,8]',
        'architecture.features': '2',
        'architecture.levels': '2',
        'inference.window': '[24,32,32]',
        'inference.overlap': '0.1',
      };
      const set = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
      // A cache without an engine: nothing of TensorFlow can be loaded.
      const environment = { INNEREYE_CACHE: join(folder, 'cache') };
      const { code, stdout, stderr } = await run(
        ['train', config, ...set, '--output', join(folder, 'out')],
        environment,
      );
      expect(code, stderr).toBe(0);
      expect(stdout).toContain('about a hundred times slower');
      const manifest = JSON.parse(
        await readFile(join((await onlyRun(join(folder, 'out')))!, 'run.json'), 'utf8'),
      );
      expect(manifest.engine).toMatchObject({ device: 'javascript', precision: 'float32' });
      expect(manifest.results['test/Dice']).toBeGreaterThanOrEqual(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
