// One training step on our engine, timed on request: the counterpart of peers/torch_step.py.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { architectureSchema } from '../../src/config/schema/architecture.ts';
import { lossSchema } from '../../src/config/schema/loss.ts';
import { optimizerSchema } from '../../src/config/schema/optimizer.ts';
import { openEngine } from '../../src/engine/engine.ts';
import { GraphSession } from '../../src/engine/graph-session.ts';
import type { Precision } from '../../src/engine/session.ts';
import { buildModel, parameterCount } from '../../src/models/build-model.ts';
import { START } from '../../src/training/checkpoint.ts';
import { runStep } from '../../src/training/loop.ts';
import { combine, lossComponents } from '../../src/training/losses/build-loss.ts';
import { buildOptimizer } from '../../src/training/optimizers/build-optimizer.ts';
import { segmentationStep } from '../../src/training/segmentation-step.ts';
import { declareVariables, recordTrainingStep } from '../../src/training/training-step.ts';

interface Task {
  features: number;
  levels: number;
  classes: number;
  batch: number;
  crop: [number, number, number];
  threads: number;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const task: Task = JSON.parse((await lines.next()).value);
const { version } = await openEngine({ threads: task.threads });
const { classes } = task;
const architecture = architectureSchema.parse({
  name: 'plain_unet',
  features: task.features,
  levels: task.levels,
});
const model = buildModel(architecture, { channels: 1, classes });
const optimizer = buildOptimizer(
  optimizerSchema.parse({ name: 'adamw', learning_rate: 1e-3, weight_decay: 1e-4 }),
);
const components = [{ name: 'soft_dice', background: false, squared: false }, { name: 'cross_entropy' }];
const loss = combine(lossComponents(lossSchema.parse({ name: 'mixture', components })));

const voxels = task.batch * task.crop[0] * task.crop[1] * task.crop[2];
const images = Float32Array.from({ length: voxels }, (_, index) => Math.sin(index * 12.9898) * 1.5);
const labels = Int32Array.from(images, value => (value > 0.5 ? 1 : value < -0.5 ? 2 : 0));
const drawn = new Float32Array(task.batch * classes).fill(1);
const batch = { feeds: { images, labels, drawn }, subjects: [] };

const steps = new Map<string, () => Promise<unknown>>();
async function stepIn(precision: Precision, recompute: boolean): Promise<() => Promise<unknown>> {
  const session = new GraphSession({ precision, threads: task.threads });
  declareVariables(session, model, optimizer, { seed: 1, averaged: false });
  const taskStep = segmentationStep(model, loss, {
    crop: task.crop,
    batchSize: task.batch,
    channels: 1,
    structures: Array.from({ length: classes - 1 }, (_, index) => `structure ${index + 1}`),
    masked: false,
    incomplete: false,
  });
  const settings = { clipNorm: 12, averageDecay: 0, precision, recompute, seed: 1 };
  const step = await recordTrainingStep(session, taskStep, optimizer, settings);
  return () => runStep({ step, optimizer, averageDecay: 0, float16: false }, START, batch, 1e-3);
}

/** The most memory that the process has had so far; undefined where the system does not tell. */
function peakMegabytes(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes) / 1000;
}

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
say({ ready: true, version, parameters: parameterCount(model) });
for await (const line of lines) {
  const request: { steps: number; precision: Precision; recompute?: boolean } = JSON.parse(line);
  const { precision, recompute = false } = request;
  const kind = `${precision} ${recompute}`;
  const step = steps.get(kind) ?? (await stepIn(precision, recompute));
  steps.set(kind, step);
  const milliseconds: number[] = [];
  for (let index = 0; index < request.steps; index++) {
    const began = performance.now();
    await step();
    milliseconds.push(performance.now() - began);
  }
  say({ milliseconds, peakMegabytes: peakMegabytes() });
}
process.exit(0);
