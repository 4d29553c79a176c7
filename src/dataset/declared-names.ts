import type { z } from 'zod';
import type { decathlonSchema } from './decathlon.ts';
import type { nnunetSchema } from './nnunet.ts';

/** What a `dataset.json` names: channels in their order, and structures by rising label. */
export interface DeclaredNames {
  readonly channels: string[];
  readonly structures: { readonly name: string; readonly label: number }[];
}

export function decathlonNames({ modality, labels }: z.output<typeof decathlonSchema>): DeclaredNames {
  const pairs = Object.entries(labels).map(([value, name]): [string, number] => [name, Number(value)]);
  return { channels: inOrder(modality), structures: structuresOf(pairs) };
}

export function nnunetNames({ channel_names, labels }: z.output<typeof nnunetSchema>): DeclaredNames {
  // Regions are unions of the structures, and "ignore" is none.
  const pairs = Object.entries(labels).filter(
    (pair): pair is [string, number] => typeof pair[1] === 'number' && pair[0] !== 'ignore',
  );
  return { channels: inOrder(channel_names), structures: structuresOf(pairs) };
}

const inOrder = (names: Readonly<Record<string, string>>): string[] =>
  Object.keys(names)
    .sort((a, b) => Number(a) - Number(b))
    .map(key => names[key]!);

const structuresOf = (pairs: readonly (readonly [string, number])[]) =>
  pairs
    .filter(([, value]) => value > 0)
    .sort(([, a], [, b]) => a - b)
    .map(([name, label]) => ({ name, label }));
