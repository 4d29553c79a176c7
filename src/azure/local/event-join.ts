import { eventSchema, type RunEvent } from '../../contracts/events.ts';

/**
 * Joins what several attempts of a job say into one stream of events. What was said already is left out: a new attempt
 * says again what its copy of the run knew, and a log may be read twice.
 */
export class EventJoin {
  private readonly known: Set<string>;

  constructor(earlier: readonly RunEvent[]) {
    this.known = new Set(earlier.map(keyOf));
  }

  /** @param line of a job's log; other programs write there too. @returns the event, where it is a new one. */
  take(line: string): RunEvent | undefined {
    if (!line.startsWith('{')) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return undefined;
    }
    const { success, data } = eventSchema.safeParse(value);
    if (!success || this.known.has(keyOf(data))) return undefined;
    this.known.add(keyOf(data));
    return data;
  }
}

const keyOf = ({ sequence, time, type }: RunEvent): string => `${sequence} ${time} ${type}`;
