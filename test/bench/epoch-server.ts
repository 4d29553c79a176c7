// Epochs of a segmentation's training on our engine, timed on request: the counterpart of peers/monai_epoch.py.
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { loadConfiguration } from '../../src/config/load-configuration.ts';
import type { SegmentationConfiguration } from '../../src/config/schema/configuration.ts';
import type { Subject } from '../../src/dataset/dataset.ts';
import { loadSubjects } from '../../src/dataset/load-subjects.ts';
import { splitSubjects } from '../../src/dataset/splits.ts';
import { parameterCount } from '../../src/models/build-model.ts';
import { openRunEngine } from '../../src/runs/engine-session.ts';
import { loadRunPlugins } from '../../src/runs/run-plugins.ts';
import { prepareSegmentation } from '../../src/runs/segmentation-task.ts';
import { type Progress, START } from '../../src/training/checkpoint.ts';
import { trainingLoop } from '../../src/training/loop.ts';
import { buildOptimizer } from '../../src/training/optimizers/build-optimizer.ts';
import { declareVariables, recordTrainingStep } from '../../src/training/training-step.ts';

interface Task {
  readonly configuration: string;
  readonly set: readonly string[];
  /** The epoch that is trained first: some augmentations wait for theirs. */
  readonly firstEpoch: number;
}

const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { configuration, set, firstEpoch }: Task = JSON.parse((await lines.next()).value);
const settings = (await loadConfiguration(configuration, { set })).settings as SegmentationConfiguration;
const split = await splitSubjects(await loadSubjects(settings), settings.dataset.splits);
const { signal } = new AbortController();
const prepared = await prepareSegmentation(settings, {
  ...{ folder: tmpdir(), split: { ...split, validation: [], test: [] }, signal },
  emit: () => {},
});
const engine = await openRunEngine(settings.training);
const { step: task, batches } = prepared(engine, await loadRunPlugins(settings));
const { session, precision } = engine;
const { seed, gradient_clip_norm: clipNorm, ema_decay: averageDecay } = settings.training;
const optimizer = buildOptimizer(settings.optimizer);
declareVariables(session, task.network, optimizer, { seed, averaged: averageDecay > 0 });
const step = await recordTrainingStep(session, task, optimizer, { clipNorm, averageDecay, precision, seed });

const files = ({ images, labels }: Subject) => ({
  image: images[0]!.file,
  label: labels?.kind === 'map' ? labels.source.file : undefined,
});
const { stepsPerEpoch } = batches;
const parameters = parameterCount(task.network);
say({ ready: true, parameters, precision, stepsPerEpoch, subjects: split.train.map(files) });

let progress: Progress = { ...START, epoch: firstEpoch, step: firstEpoch * stepsPerEpoch };
for await (const _ of lines) {
  let told = { seconds: Number.NaN, waiting: Number.NaN };
  const { progress: reached } = await trainingLoop(
    {
      ...{ session, step, batches, optimizer, averageDecay, signal, sums: task.sums, float16: false },
      ...{ epochs: progress.epoch + 1, validateEvery: 1, checkpointEvery: 1 },
      schedule: () => settings.optimizer.learning_rate,
      saveCheckpoint: async () => {},
      emit: event => {
        if (event.type === 'epoch') told = event;
      },
    },
    progress,
  );
  progress = reached;
  say({ seconds: told.seconds, waiting: told.waiting, steps: stepsPerEpoch });
}
process.exit(0);
