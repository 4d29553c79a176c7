import type { Profile } from '../../../src/contracts/profile.ts';

/** A node of the configuration, or a part of one, with the milliseconds of a step that it takes. */
export interface NodeRow {
  readonly setting: string;
  /** A block of the network; absent in the row of a whole node. */
  readonly part?: string | undefined;
  readonly forward: number;
  readonly backward: number;
}

/** Nodes of the configuration, most time first, each followed by its parts where it has several. */
export function nodeRows({ nodes }: Pick<Profile, 'nodes'>): NodeRow[] {
  const bySetting = new Map<string, NodeRow[]>();
  for (const node of nodes) bySetting.set(node.setting, [...(bySetting.get(node.setting) ?? []), node]);
  const groups = [...bySetting].map(([setting, parts]) => ({
    whole: { setting, forward: sum(parts, 'forward'), backward: sum(parts, 'backward') },
    parts: parts.length > 1 ? parts.map(part => ({ ...part, part: part.part ?? 'rest' })) : [],
  }));
  return groups
    .sort((a, b) => total(b.whole) - total(a.whole))
    .flatMap(({ whole, parts }) => [whole, ...parts.sort((a, b) => total(b) - total(a))]);
}

export const total = ({ forward, backward }: Pick<NodeRow, 'forward' | 'backward'>): number =>
  forward + backward;

const sum = (rows: readonly NodeRow[], way: 'forward' | 'backward'): number =>
  rows.reduce((milliseconds, row) => milliseconds + row[way], 0);
