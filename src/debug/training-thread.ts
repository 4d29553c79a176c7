import { join } from 'node:path';
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import { SPLIT_FILE } from '../contracts/split.ts';
import { describeFault, Fault, Faults } from '../foundation/fault.ts';
import { findCheckpoint } from '../runs/find-checkpoint.ts';
import { openRun } from '../runs/run-folder.ts';
import { type Fold, foldOf, trainRun } from '../runs/train-run.ts';
import { Inspector, type Line } from './inspector.ts';
import type { FromTraining, NodeBreakpoint, ToTraining } from './messages.ts';

/** What the thread that trains is started with. */
export interface TrainingThreadData {
  /** Resolved where breakpoints are bound, so that both mean the same. */
  readonly configuration: ResolvedConfiguration;
  readonly set: readonly string[];
  readonly outputs: string;
  /** A run to go on from, and after which of its epochs. */
  readonly run?: string | undefined;
  readonly epoch?: number | undefined;
  /** Which fold of a cross-validation is trained, of how many; default: none, or that of the run. */
  readonly fold?: Fold | undefined;
  readonly stopOnEntry: boolean;
  readonly breakpoints: readonly NodeBreakpoint[];
  readonly filters: readonly string[];
  readonly port: MessagePort;
  /** Counts the messages sent, so that a blocked thread can sleep on it. */
  readonly sent: Int32Array;
}

const data = workerData as TrainingThreadData;
const line = openLine(data.port, data.sent);
const abort = new AbortController();

try {
  const outcome = await train(data);
  line.send({ type: 'ended', status: outcome });
} catch (error) {
  line.send({ type: 'ended', status: 'failed', message: messageOf(error) });
}
data.port.close();

async function train({ configuration, set, outputs, run, epoch, fold, ...options }: TrainingThreadData) {
  const inspector = new Inspector(line, {
    stopOnEntry: options.stopOnEntry,
    breakpoints: options.breakpoints,
    filters: options.filters,
    settings: configuration.settings,
    abort: () => abort.abort(),
  });
  const checkpoint = run === undefined ? undefined : await findCheckpoint(run, epoch);
  const goesOn = run === undefined ? undefined : foldOf((await openRun(run)).manifest);
  const trainer = inspector.probe(1);
  const shown = fold ?? goesOn;
  if (shown) trainer.enter({ name: `fold ${shown.index} of ${shown.folds}`, setting: 'dataset.splits' });
  let folder: string | undefined;
  try {
    const { manifest } = await trainRun(configuration, {
      outputs,
      overrides: set,
      tags: { debugged: 'true' },
      signal: abort.signal,
      probes: { trainer, loader: inspector.probe(2) },
      ...(checkpoint !== undefined && { checkpoint }),
      fold: shown,
      // Its settings are those of the fold already; what remains are its subjects.
      ...(goesOn && { split: join(run!, SPLIT_FILE) }),
      onEvent: (event, runFolder) => {
        if (folder === undefined) line.send({ type: 'run', folder: runFolder });
        folder = runFolder;
        if (event.type === 'warning' || event.type === 'log')
          line.send({ type: 'output', category: 'console', text: `${event.message}\n` });
        if (event.type === 'epoch')
          line.send({
            type: 'output',
            category: 'stdout',
            text: `epoch ${event.epoch + 1}  loss ${event.loss?.toFixed(4) ?? '–'}\n`,
          });
      },
    });
    return manifest.status;
  } catch (error) {
    inspector.failed(1, error);
    throw error;
  } finally {
    if (shown) trainer.leave();
  }
}

/** A line on which a thread can sleep: it blocks in `Atomics.wait` and takes messages without its event loop. */
function openLine(port: MessagePort, sent: Int32Array): Line {
  let seen = 0;
  const take = () => receiveMessageOnPort(port)?.message as ToTraining | undefined;
  return {
    send: (message: FromTraining) => port.postMessage(message),
    poll: () => {
      const now = Atomics.load(sent, 0);
      if (now === seen) return undefined;
      const message = take();
      if (message === undefined) seen = now;
      return message;
    },
    wait: () => {
      for (;;) {
        const now = Atomics.load(sent, 0);
        const message = take();
        if (message !== undefined) return message;
        Atomics.wait(sent, 0, now);
      }
    },
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Fault) return describeFault(error);
  if (error instanceof Faults) return [error.message, ...error.faults.map(describeFault)].join('\n');
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
