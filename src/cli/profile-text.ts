import { BOTTLENECKS, bottleneckOf } from '../contracts/bottleneck.ts';
import type { Profile } from '../contracts/profile.ts';
import { formatColumns } from '../foundation/columns.ts';

/** Rows that a terminal shows of each table. */
const SHOWN = 12;

/** Where the time of training steps goes, in tables: most first. */
export function profileText(profile: Profile): string[] {
  const { steps, stepMilliseconds, waitingForData, nodes, operations } = profile;
  const time = (milliseconds: number) => (milliseconds === 0 ? '' : milliseconds.toFixed(1));
  const byNode = formatColumns(
    [
      ['part of the configuration', 'forward ms', 'backward ms'],
      ...nodes
        .slice(0, SHOWN)
        .map(({ setting, part, forward, backward }) => [
          part === undefined ? setting : `${setting} ${part}`,
          time(forward),
          time(backward),
        ]),
    ],
    [1, 2],
  );
  const byOperation = formatColumns(
    [
      ['operation', 'calls', 'ms'],
      ...operations
        .slice(0, SHOWN)
        .map(({ name, count, milliseconds }) => [name, count.toFixed(0), time(milliseconds)]),
    ],
    [1, 2],
  );
  return [
    `a step takes ${stepMilliseconds.toFixed(1)} ms (median of ${steps}, while measured), ${(100 * waitingForData).toFixed(0)} % of the time waits for data`,
    BOTTLENECKS[bottleneckOf(profile)],
    '',
    ...byNode,
    '',
    ...byOperation,
  ];
}
