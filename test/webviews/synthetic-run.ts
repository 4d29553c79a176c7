import type { NewEvent } from '../../src/contracts/events.ts';
import { Random } from '../../src/foundation/random.ts';

export interface SyntheticRun {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly structures: readonly string[];
  readonly seed: number;
  /** Epochs already done; default: all. */
  readonly done?: number;
  readonly start?: string;
  readonly millisecondsPerStep?: number;
  /** How fast it learns; default: 1. */
  readonly pace?: number;
}

/** The event stream of a run that looks like one, at whatever length. */
export function syntheticEvents(run: SyntheticRun): string {
  const { epochs, stepsPerEpoch, structures, seed, done = epochs, pace = 1, millisecondsPerStep = 240 } = run;
  const random = new Random(seed, 'synthetic run');
  const noise = () => random.between(-1, 1) + random.between(-1, 1);
  const lines: string[] = [];
  let sequence = 0;
  let time = Date.parse(run.start ?? '2026-03-01T09:00:00Z');
  const say = (event: NewEvent) =>
    lines.push(JSON.stringify({ sequence: sequence++, time: new Date(time).toISOString(), ...event }));
  say({ type: 'started', epochs, stepsPerEpoch });
  let best = 0;
  for (let epoch = 0; epoch < done; epoch++) {
    let sum = 0;
    let step = epoch * stepsPerEpoch;
    for (let within = 0; within < stepsPerEpoch; within++, step++) {
      const share = step / (epochs * stepsPerEpoch);
      const loss = 0.12 + 1.3 * Math.exp((-7 * share - epoch / 9) * pace) + 0.05 * Math.abs(noise());
      sum += loss;
      time += millisecondsPerStep;
      say({
        type: 'step',
        epoch,
        step,
        loss,
        learningRate: 0.005 * Math.min(1, share / 0.03) * 0.5 * (1 + Math.cos(Math.PI * share)),
        gradientNorm: 0.4 + 4 * Math.exp(-9 * share) + 0.3 * Math.abs(noise()),
        milliseconds: Math.round((millisecondsPerStep + 12 * noise()) * 100) / 100,
      });
    }
    say({
      type: 'epoch',
      epoch,
      step,
      loss: sum / stepsPerEpoch,
      learningRate: 0.005,
      seconds: (stepsPerEpoch * millisecondsPerStep) / 1000,
      waiting: 0.02 + 0.01 * Math.abs(noise()),
      residentMegabytes: 980,
    });
    say({
      type: 'resources',
      processorPercent: Math.round(185 + 8 * noise()),
      residentMegabytes: Math.round(950 + 90 * (1 - Math.exp(-epoch)) + 6 * noise()),
    });
    const dice = structures.map((_, index) => {
      const top = 0.94 - 0.06 * index;
      return Math.max(0, top * (1 - Math.exp(-(epoch + 1) / (4 + 2 * index) / (1 / pace))) + 0.012 * noise());
    });
    const mean = dice.reduce((a, b) => a + b, 0) / dice.length;
    for (const split of ['train', 'validation'] as const) {
      const worse = split === 'validation' ? 1 : 0.96;
      const metric = (name: string, value: number) =>
        say({ type: 'metric', epoch, step, split, name: `Dice/${name}`, value: value * worse });
      metric('AverageAcrossStructures', mean);
      for (const [index, name] of structures.entries()) metric(name, dice[index]!);
    }
    const path = `validation/epoch_${String(epoch + 1).padStart(3, '0')}/014/segmentation.nii.gz`;
    say({ type: 'image', epoch, step, split: 'validation', subject: '014', kind: 'prediction', path });
    if (mean > best || epoch % 5 === 4) {
      say({
        type: 'checkpoint',
        epoch: epoch + 1,
        step,
        path: 'checkpoints/last.safetensors',
        best: mean > best,
      });
      best = Math.max(best, mean);
    }
    if (epoch === 3) {
      say({
        type: 'warning',
        message: 'Prepared volumes cannot be kept in the cache folder: the disk is full.',
      });
    }
  }
  return `${lines.join('\n')}\n`;
}
