import type { Profile } from '../contracts/profile.ts';
import { recordedNodes } from '../engine/recording.ts';
import type { RecordedFunction } from '../engine/session.ts';
import type { NodeTime } from '../engine/step-trace.ts';
import type { Probe, ProbePoint } from '../foundation/probe.ts';

/** Steps before the first that is measured: the engine settles its memory in them. */
const WARM_UP = 3;
/** Steps that are measured. */
const MEASURED = 10;

interface Place {
  readonly setting: string;
  readonly part?: string;
  readonly backward: boolean;
}

/** What the update of the weights, and all else that no node of the configuration says, is counted under. */
const REST: Place = { setting: 'optimizer', backward: false };

/**
 * Measures training steps by the nodes of the configuration. While a step is recorded it is the step's probe: what a
 * node has recorded by the time it has done its work is the node's, and what is recorded after the gradient has arrived
 * at a block is the block's way back.
 */
export class StepProfile implements Probe {
  private readonly places: Place[] = [];
  private way: Place = REST;
  private readonly byNode = new Map<string, Place>();
  private readonly times: NodeTime[][] = [];
  private readonly milliseconds: number[] = [];
  /** From the end of a step to the beginning of the next, in milliseconds: what training waits for its batches. */
  private readonly gaps: number[] = [];
  private seen = 0;

  enter(): void {}
  leave(): void {}
  failed(): void {}

  at({ setting, part, backward = false }: ProbePoint): void {
    const place = { setting, ...(part !== undefined && { part }), backward };
    this.claim(backward ? this.way : place);
    if (backward) this.way = place;
  }

  /** To be called when the loss is there. */
  lossDone(): void {
    this.claim({ setting: 'loss', backward: false });
    this.way = { setting: 'loss', backward: true };
  }

  /** To be called when all gradients are there. */
  gradientsDone(): void {
    this.claim(this.way);
    this.way = REST;
  }

  /** Gives the nodes that nobody has claimed yet to a place. */
  private claim(place: Place): void {
    const count = recordedNodes().length;
    while (this.places.length < count) this.places.push(place);
  }

  /** To be called at the end of each recording that a step is made of, from inside of it. */
  recorded(): void {
    this.claim(REST);
    recordedNodes().forEach(({ name }, index) => void this.byNode.set(name, this.places[index]!));
    this.places.length = 0;
  }

  /** The step, measured while there is something to measure. */
  measured(step: RecordedFunction): RecordedFunction {
    let ended = Number.NaN;
    return {
      ...step,
      run: async feeds => {
        const measures = this.seen >= WARM_UP && this.times.length < MEASURED;
        this.seen++;
        if (!measures) return step.run(feeds);
        const began = performance.now();
        if (!Number.isNaN(ended)) this.gaps.push(began - ended);
        const outputs = await step.run(feeds, times => this.times.push(times));
        ended = performance.now();
        this.milliseconds.push(ended - began);
        return outputs as never;
      },
    };
  }

  /** What was measured; undefined where training ended before. */
  result(): Profile | undefined {
    const steps = this.times.length;
    if (steps === 0) return undefined;
    // Medians: a validation may lie between two steps.
    const [step, gap] = [median(this.milliseconds), median(this.gaps)];
    const nodes = new Map<string, Profile['nodes'][number]>();
    const operations = new Map<string, Profile['operations'][number]>();
    for (const { node, microseconds } of this.times.flat()) {
      const milliseconds = microseconds / 1000 / steps;
      const { place, operation } = this.whatIs(node);
      const { setting, part, backward } = place;
      const key = `${setting} ${part ?? ''}`;
      const found = nodes.get(key) ?? { setting, ...(part && { part }), forward: 0, backward: 0 };
      found[backward ? 'backward' : 'forward'] += milliseconds;
      nodes.set(key, found);
      const kind = operations.get(operation) ?? { name: operation, count: 0, milliseconds: 0 };
      kind.count += 1 / steps;
      kind.milliseconds += milliseconds;
      operations.set(operation, kind);
    }
    return {
      steps,
      stepMilliseconds: step,
      waitingForData: gap / (step + gap),
      nodes: [...nodes.values()].sort((a, b) => b.forward + b.backward - a.forward - a.backward),
      operations: [...operations.values()].sort((a, b) => b.milliseconds - a.milliseconds),
    };
  }

  /** A node's place and operation; casts that the engine adds lie, by name, below the nodes that they serve. */
  private whatIs(node: string): { place: Place; operation: string } {
    const served = node.replace(/\/cast_\d+$/, '');
    const place = this.byNode.get(served) ?? REST;
    if (served !== node) return { place, operation: 'Cast' };
    return { place, operation: /\/([A-Za-z0-9]+)_\d+$/.exec(node)?.[1] ?? 'other' };
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
