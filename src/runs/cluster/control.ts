import { type Cluster, taskName } from '../../engine/cluster.ts';
import { GraphSession } from '../../engine/graph-session.ts';

/** How a run of several processes has ended; 0 while it goes on. */
export const ENDS = { completed: 1, cancelled: 2, failed: 3 } as const;
export type ClusterEnd = keyof typeof ENDS;

/** Variables on a worker that it and the chief tell each other by: how the run has ended, and that it shall stop. */
const END = 'cluster/end';
const STOP = 'cluster/stop';

/** A worker at work answers late; one that is frozen takes connections and never answers. */
const ANSWER_MILLISECONDS = 10_000;

/** What a worker and the chief tell each other, in variables that lie on the worker. */
export class Control {
  private readonly session: GraphSession;

  /** @param own true for the worker itself, which gives the variables their first values */
  constructor({ addresses }: Cluster, worker: number, own: boolean) {
    const rest = taskName(worker);
    this.session = new GraphSession({
      precision: 'float32',
      placement: { devices: [rest], host: rest, rest },
      // Else the session would wait until the other processes are there.
      target: {
        address: `grpc://${addresses[worker]}`,
        only: [rest],
        ...(!own && { answerMilliseconds: ANSWER_MILLISECONDS }),
      },
    });
    for (const name of [END, STOP]) {
      if (own) this.session.variable(name, [1], new Float32Array(1));
      else this.session.attach(name, [1]);
    }
  }

  /** How the run has ended, as the chief says; undefined while it goes on. */
  async ended(): Promise<ClusterEnd | undefined> {
    const value = (await this.session.read([END]))[END]![0];
    return (Object.keys(ENDS) as ClusterEnd[]).find(end => ENDS[end] === value);
  }

  tellEnd(end: ClusterEnd): Promise<void> {
    return this.session.write({ [END]: Float32Array.of(ENDS[end]) });
  }

  /** True where the worker was asked to stop, which then stops the run. */
  async wantsStop(): Promise<boolean> {
    return (await this.session.read([STOP]))[STOP]![0] === 1;
  }

  askToStop(): Promise<void> {
    return this.session.write({ [STOP]: Float32Array.of(1) });
  }
}
