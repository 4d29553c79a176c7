import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { FromTraining, Question, Questions, ToTraining } from './messages.ts';
import type { TrainingThreadData } from './training-thread.ts';

export type TrainingStart = Omit<TrainingThreadData, 'port' | 'sent'>;

/** The bundled entry of the thread; programs that run from the sources name a bundle in `INNEREYE_TRAINING_THREAD`. */
const entry = () => process.env.INNEREYE_TRAINING_THREAD ?? new URL('./training-thread.js', import.meta.url);

/** A training on a thread of its own, which can be stopped and asked. */
export class DebuggedTraining {
  private readonly worker: Worker;
  private readonly port: MessagePort;
  private readonly sent = new Int32Array(new SharedArrayBuffer(4));
  private readonly open = new Map<
    number,
    { resolve: (result: never) => void; reject: (error: Error) => void }
  >();
  private nextId = 1;

  constructor(
    start: TrainingStart,
    private readonly listener: (message: FromTraining) => void,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(entry(), {
      workerData: { ...start, port: port2, sent: this.sent },
      transferList: [port2],
      // Standard output belongs to the protocol.
      stdout: true,
      stderr: true,
    });
    this.port.on('message', (message: FromTraining) => this.receive(message));
    const forward = (category: 'stdout' | 'stderr') => (chunk: Buffer) =>
      this.listener({ type: 'output', category, text: chunk.toString() });
    this.worker.stdout.on('data', forward('stdout'));
    this.worker.stderr.on('data', forward('stderr'));
    this.worker.on('error', error =>
      this.receive({ type: 'ended', status: 'failed', message: error.stack ?? error.message }),
    );
  }

  tell(message: ToTraining): void {
    this.port.postMessage(message);
    Atomics.add(this.sent, 0, 1);
    Atomics.notify(this.sent, 0);
  }

  /** Asks while training is stopped. @throws Error that says why there is no answer. */
  ask<Q extends Question>(question: Q, given: Questions[Q][0]): Promise<Questions[Q][1]> {
    const id = this.nextId++;
    const answer = new Promise<Questions[Q][1]>((resolve, reject) => this.open.set(id, { resolve, reject }));
    this.tell({ type: 'ask', id, question, given });
    return answer;
  }

  /** Ends the thread, whatever it is doing. */
  async kill(): Promise<void> {
    this.port.close();
    await this.worker.terminate();
  }

  private receive(message: FromTraining): void {
    if (message.type === 'answer') this.open.get(message.id)?.resolve(message.result as never);
    else if (message.type === 'refused') this.open.get(message.id)?.reject(new Error(message.message));
    else this.listener(message);
    if (message.type === 'answer' || message.type === 'refused') this.open.delete(message.id);
    if (message.type === 'ended') {
      for (const { reject } of this.open.values()) reject(new Error('training has ended'));
      this.open.clear();
    }
  }
}
