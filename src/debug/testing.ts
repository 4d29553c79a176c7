import { Inspector, type Line } from './inspector.ts';
import type { FromTraining, NodeBreakpoint, Question, Stop, ToTraining } from './messages.ts';

/** An inspector with a scripted adapter at the other end of its line, for tests. */
export class InspectedTraining {
  readonly sent: FromTraining[] = [];
  readonly aborted: boolean[] = [];
  readonly inspector: Inspector;
  /** What comes while training runs. */
  readonly coming: ToTraining[] = [];
  /** What is said when training has stopped; in the end it goes on. */
  onStop: (stop: Stop) => readonly ToTraining[] = () => [];
  private waiting: ToTraining[] = [];

  constructor(
    options: {
      readonly breakpoints?: readonly NodeBreakpoint[];
      readonly filters?: readonly string[];
      readonly settings?: object;
    } = {},
  ) {
    const line: Line = {
      send: message => {
        this.sent.push(message);
        if (message.type === 'stopped') this.waiting = [...this.onStop(message.stop)];
      },
      poll: () => this.coming.shift(),
      wait: () => this.waiting.shift() ?? { type: 'go', mode: 'continue' },
    };
    const { breakpoints = [], filters = [], settings = {} } = options;
    this.inspector = new Inspector(line, {
      stopOnEntry: false,
      breakpoints,
      filters,
      settings,
      abort: () => this.aborted.push(true),
    });
  }

  get stops(): Stop[] {
    return this.sent.flatMap(message => (message.type === 'stopped' ? [message.stop] : []));
  }

  /** Answers and refusals by the number of the question. */
  answerTo(id: number): unknown {
    const found = this.sent.find(
      message => (message.type === 'answer' || message.type === 'refused') && message.id === id,
    );
    return found?.type === 'answer' ? found.result : found?.type === 'refused' ? found.message : undefined;
  }
}

export const asking = (id: number, question: Question, given: unknown): ToTraining => ({
  type: 'ask',
  id,
  question,
  given,
});
