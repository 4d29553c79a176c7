import type { ParsedDocument } from '../src/config/document.ts';
import { childOf, type Location, type TreeNode } from '../src/config/tree.ts';

/** A place where a structure or channel is named. */
export interface NameUse {
  readonly kind: 'structure' | 'channel';
  readonly name: string;
  /** Whether the place defines it (in `dataset`) or only refers to it. */
  readonly defines: boolean;
  readonly location: Location;
}

type Add = (node: TreeNode | undefined, kind: NameUse['kind'], defines: boolean) => void;

/** Keys of post-processing steps whose values are structures. */
const STRUCTURE_KEYS: Readonly<Record<string, readonly string[]>> = {
  largest_component: ['structures'],
  summed_probability: ['first', 'second', 'external'],
  slice_exclusion: ['lower', 'higher'],
};

/** Every place of a file's own text where a structure or channel is named, in the order of the text. */
export function nameUses(document: ParsedDocument): NameUse[] {
  const uses: NameUse[] = [];
  const add: Add = (node, kind, defines) => {
    if (node?.kind === 'list') for (const item of node.items) add(item, kind, defines);
    if (node?.kind === 'scalar' && typeof node.value === 'string' && node.value !== '')
      uses.push({ kind, name: node.value, defines, location: node.location });
  };
  const dataset = childOf(document.root, 'dataset');
  for (const { item, removed } of entriesOf(childOf(dataset, 'channels'))) add(item, 'channel', !removed);
  for (const { item, removed } of entriesOf(childOf(dataset, 'structures')))
    add(item.kind === 'map' ? item.entries.get('name') : item, 'structure', !removed);
  for (const { item } of entriesOf(childOf(document.root, 'postprocessing')))
    for (const [step, keys] of Object.entries(STRUCTURE_KEYS))
      for (const key of keys) add(childOf(childOf(item, step), key), 'structure', false);
  for (const { item } of entriesOf(childOf(document.root, 'preprocessing')))
    uses.push(...channelKeys(childOf(item, 'normalize')));
  return uses.sort((a, b) => a.location.start - b.location.start);
}

/** A list's entries, or those that an edit of an inherited list appends and removes. */
function entriesOf(node: TreeNode | undefined): { item: TreeNode; removed: boolean }[] {
  const items = (list: TreeNode | undefined, removed: boolean) =>
    list?.kind === 'list' ? list.items.map(item => ({ item, removed })) : [];
  return [
    ...items(node, false),
    ...items(childOf(node, '$append'), false),
    ...items(childOf(node, '$remove'), true),
  ];
}

/** `normalize: {ct: {…}, mri: {…}}` names channels by its keys; `{method: …}` does not. */
function channelKeys(node: TreeNode | undefined): NameUse[] {
  if (node?.kind !== 'map' || node.entries.get('method')?.kind === 'scalar') return [];
  return [...node.entries].flatMap(([name, { key }]) =>
    key === undefined ? [] : [{ kind: 'channel' as const, name, defines: false, location: key }],
  );
}
