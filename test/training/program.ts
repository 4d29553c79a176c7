import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { engineMissing } from '../../src/engine/testing.ts';

export const PROGRAM = resolve(process.env.INNEREYE_PROGRAM ?? 'dist/innereye.js');

/** Why tests of the built program must be skipped here, or an empty string. */
export const programMissing = existsSync(PROGRAM)
  ? engineMissing
  : '(skipped: dist/ is not built; run `npm run build`)';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built program as a user does. */
export function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', data => {
    stdout += data;
  });
  child.stderr.on('data', data => {
    stderr += data;
  });
  const ended = new Promise<Ended>(done =>
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr })),
  );
  return { child, ended };
}

export const run = (args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  start(args, environment).ended;

/** The only run below a folder; undefined where none was begun. */
export async function onlyRun(outputs: string): Promise<string | undefined> {
  const names = await readdir(outputs).catch(() => [] as string[]);
  const name = names.find(entry => existsSync(join(outputs, entry, 'run.json')));
  return name && join(outputs, name);
}

/**
 * A configuration that trains in seconds on a cohort of `innereye cohort`. A test that disturbs a training asks for
 * more epochs, so that on a busy machine too it is not over before the disturbance comes.
 */
export async function writeSmallConfiguration(folder: string, epochs = 6): Promise<string> {
  const file = join(folder, 'small.innereye.yaml');
  await writeFile(
    file,
    `name: small
task: segmentation
dataset:
  path: ./data
  format: csv
  channels: [mr]
  structures: [{ name: liver }, { name: kidneys }]
  splits: { train: 0.6, validation: 0.2, test: 0.2 }
preprocessing:
  - resample: { spacing_mm: [5, 4, 4] }
  - normalize: { method: z-score }
sampling: { crop_size: [16, 24, 24], class_weights: [0.4, 0.3, 0.3] }
augmentation:
  - random_affine: { probability: 0.5 }
  - random_elastic: { probability: 0.3 }
  - random_noise: { probability: 0.5 }
architecture: { name: plain_unet, features: 4, levels: 3, normalization: batch }
loss: { name: mixture, components: [{ name: soft_dice, squared: false }, { name: cross_entropy }] }
optimizer: { name: adamw, learning_rate: 1e-2 }
training: { epochs: ${epochs}, batch_size: 2, ema_decay: 0.9, loader_threads: 1, threads: 2 }
inference: { window: [24, 32, 32] }
`,
  );
  return file;
}
