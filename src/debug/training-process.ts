import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { FromTraining, Question, Questions, ToTraining } from './messages.ts';
import type { TrainingThreadData } from './training-thread.ts';

export type TrainingStart = Omit<TrainingThreadData, 'port' | 'sent'>;

/** The bundled entry of the thread; programs that run from the sources name a bundle in `INNEREYE_TRAINING_THREAD`. */
const entry = () => process.env.INNEREYE_TRAINING_THREAD ?? new URL('./training-thread.js', import.meta.url);

const ENDED = 'training has ended';

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
  private ended = false;

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
    this.worker.on('exit', code => this.left(code));
  }

  tell(message: ToTraining): void {
    this.port.postMessage(message);
    Atomics.add(this.sent, 0, 1);
    Atomics.notify(this.sent, 0);
  }

  /** Asks while training is stopped. @throws Error that says why there is no answer. */
  ask<Q extends Question>(question: Q, given: Questions[Q][0]): Promise<Questions[Q][1]> {
    if (this.ended) return Promise.reject(new Error(ENDED));
    const id = this.nextId++;
    const answer = new Promise<Questions[Q][1]>((resolve, reject) => this.open.set(id, { resolve, reject }));
    this.tell({ type: 'ask', id, question, given });
    return answer;
  }

  /** Ends the thread, whatever it is doing. */
  async kill(): Promise<void> {
    this.close();
    this.port.close();
    await this.worker.terminate();
  }

  /** The thread is gone; where it has not said how it ended, as after `process.exit` in a plugin, that is told for it. */
  private left(code: number): void {
    if (this.ended) return;
    for (let last = receiveMessageOnPort(this.port); last; last = receiveMessageOnPort(this.port))
      this.receive(last.message as FromTraining);
    const message = `the thread that trains ended by itself, with exit code ${code}`;
    this.receive({ type: 'ended', status: 'failed', message });
    this.port.close();
  }

  /** Nothing is answered any more. */
  private close(): void {
    this.ended = true;
    for (const { reject } of this.open.values()) reject(new Error(ENDED));
    this.open.clear();
  }

  private receive(message: FromTraining): void {
    if (this.ended) return;
    if (message.type === 'answer') this.open.get(message.id)?.resolve(message.result as never);
    else if (message.type === 'refused') this.open.get(message.id)?.reject(new Error(message.message));
    else this.listener(message);
    if (message.type === 'answer' || message.type === 'refused') this.open.delete(message.id);
    if (message.type === 'ended') this.close();
  }
}
