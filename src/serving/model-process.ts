import { type ChildProcess, fork } from 'node:child_process';
import type { AnswerFormat, PredictionTask, WorkerMessage } from '../contracts/serving.ts';
import { Fault } from '../foundation/fault.ts';
import type { Outcome } from './job-queue.ts';
import { ServiceError } from './service-error.ts';

/** A model that predicts, one request at a time. */
export interface ServedModel {
  readonly name: string;
  readonly version: number;
  /** What it answers with; the first where a client names none. */
  readonly formats: readonly AnswerFormat[];
  /** Whether it takes scans right now. */
  readonly ready: boolean;
  run(task: PredictionTask): Promise<Outcome>;
  close(): Promise<void>;
}

export interface ProcessOptions {
  /** The program that answers `serve-worker BUNDLE`. */
  readonly program: string;
  /** Milliseconds that a scan may take. */
  readonly timeout: number;
  /** Something that whoever runs the service should know; nothing of a patient is in it. */
  onTrouble(what: string): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly answers: Map<string, (outcome: Outcome) => void>;
}

const INTERNAL: Outcome = { kind: 'refused', error: new ServiceError(500) };

/** A model in a process of its own, which is started anew where it dies or takes too long. */
export class ModelProcess implements ServedModel {
  private running: Running | undefined;
  private starting: Promise<Running> | undefined;
  private closed = false;

  private constructor(
    private readonly bundle: string,
    private readonly options: ProcessOptions,
    readonly name: string,
    readonly version: number,
    readonly formats: readonly AnswerFormat[],
  ) {}

  /** @throws Fault where the bundle cannot be loaded. */
  static async start(bundle: string, options: ProcessOptions): Promise<ModelProcess> {
    const { running, name, version, formats } = await startProcess(bundle, options.program);
    const model = new ModelProcess(bundle, options, name, version, formats);
    model.take(running);
    return model;
  }

  get ready(): boolean {
    return this.running !== undefined;
  }

  async run(task: PredictionTask): Promise<Outcome> {
    const running = this.running ?? (await this.restart());
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.options.onTrouble(`${this.name}:${this.version}: a scan took too long`);
        running.child.kill('SIGKILL');
      }, this.options.timeout);
      running.answers.set(task.id, outcome => {
        clearTimeout(timer);
        running.answers.delete(task.id);
        resolve(outcome);
      });
      running.child.send(task, error => {
        if (error) running.answers.get(task.id)?.(INTERNAL);
      });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    const child = this.running?.child;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise(resolve => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  private restart(): Promise<Running> {
    this.starting ??= startProcess(this.bundle, this.options.program)
      .then(({ running }) => {
        this.take(running);
        return running;
      })
      .finally(() => {
        this.starting = undefined;
      });
    return this.starting;
  }

  private take(running: Running): void {
    this.running = running;
    running.child.once('exit', () => {
      this.running = undefined;
      for (const answer of [...running.answers.values()]) answer(INTERNAL);
      if (this.closed) return;
      this.options.onTrouble(
        `${this.name}:${this.version}: the predicting process ended and is started anew`,
      );
      void this.restart().catch(() => this.options.onTrouble(`${this.name}:${this.version}: no new process`));
    });
    running.child.on('message', (message: WorkerMessage) => {
      if (message.kind === 'ready' || message.kind === 'broken') return;
      running.answers.get(message.id)?.(outcomeOf(message));
      if (message.kind === 'failed') this.options.onTrouble(`${this.name}:${this.version}: ${message.what}`);
    });
  }
}

function outcomeOf(message: Exclude<WorkerMessage, { kind: 'ready' | 'broken' }>): Outcome {
  switch (message.kind) {
    case 'done':
      return { kind: 'done', file: message.file };
    case 'refused':
      return {
        kind: 'refused',
        error: new ServiceError(400, message.what, message.archive ? 'InvalidZipFile' : undefined),
      };
    case 'failed':
      return INTERNAL;
  }
}

function startProcess(
  bundle: string,
  program: string,
): Promise<{ running: Running } & Pick<ServedModel, 'name' | 'version' | 'formats'>> {
  // Nothing of a scan gets into the service's own output; signals of the terminal are the service's to hear.
  const child = fork(program, ['serve-worker', bundle], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  });
  return new Promise((resolve, reject) => {
    const fail = (what: string) =>
      reject(
        new Fault(`the model cannot be served: ${what}`, {
          place: { file: bundle },
          remedy: '`innereye predict --model` with the same bundle says more.',
        }),
      );
    const ended = () => fail('its process ended');
    child.once('error', error => fail(error.message));
    child.once('exit', ended);
    child.once('message', (message: WorkerMessage) => {
      child.off('exit', ended);
      if (message.kind === 'ready') {
        const { name, version, formats } = message;
        resolve({ running: { child, answers: new Map() }, name, version, formats });
      } else {
        child.kill('SIGKILL');
        fail(message.kind === 'broken' ? message.what : message.kind);
      }
    });
  });
}
