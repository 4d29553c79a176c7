import { isCommandLine } from '../config/diagnostic.ts';
import {
  childOf,
  formatPath,
  type Location,
  type MapNode,
  type Path,
  type TreeNode,
} from '../config/tree.ts';

/** Lists whose entries are nodes of their own. */
const STEP_LISTS = ['preprocessing', 'augmentation', 'postprocessing'];
/** Settings that training comes by. */
const SETTINGS: readonly Path[] = [
  ['sampling'],
  ['architecture'],
  ['loss'],
  ['optimizer'],
  ['schedule'],
  ['training'],
  ['training', 'checkpoint_every'],
  ['validation'],
  ['inference'],
];

/** A node of the configuration that training can stop at. */
export interface DebugNode {
  /** Such as `augmentation[1]`. */
  readonly setting: string;
  /** For people: `augmentation[1] random_flip`. */
  readonly title: string;
  /** Where it is written: its key, or the entry of its list. */
  readonly location: Location;
}

/** All nodes of a resolved configuration, in the order of their settings. */
export function debugNodes(tree: MapNode): DebugNode[] {
  const nodes: DebugNode[] = [];
  const add = (path: Path, note = '') => {
    const node = path.reduce<TreeNode | undefined>(childOf, tree);
    const location = node && (node.key ?? node.location);
    if (!location || isCommandLine(location.file)) return;
    const setting = formatPath(path);
    nodes.push({ setting, title: note ? `${setting} ${note}` : setting, location });
  };
  const entries = (path: Path, describe: (entry: TreeNode) => string) => {
    const list = path.reduce<TreeNode | undefined>(childOf, tree);
    if (list?.kind !== 'list') return;
    for (const [index, entry] of list.items.entries()) add([...path, index], describe(entry));
  };
  for (const list of STEP_LISTS) entries([list], stepName);
  for (const path of SETTINGS) add(path);
  entries(['loss', 'components'], nameOf);
  entries(['dataset', 'structures'], nameOf);
  return nodes;
}

const stepName = (entry: TreeNode) => (entry.kind === 'map' ? ([...entry.entries.keys()][0] ?? '') : '');

function nameOf(entry: TreeNode): string {
  const name = childOf(entry, 'name');
  return name?.kind === 'scalar' ? String(name.value) : '';
}

/** The nearest node that a setting belongs to: `augmentation[1].random_flip.axes` to `augmentation[1]`. */
export function owningNode(nodes: readonly DebugNode[], setting: string): DebugNode | undefined {
  return nodes
    .filter(node => setting === node.setting || /^[.[]/.test(setting.slice(node.setting.length)))
    .filter(node => setting.startsWith(node.setting))
    .sort((a, b) => b.setting.length - a.setting.length)[0];
}
