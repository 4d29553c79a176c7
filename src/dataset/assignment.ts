import type { SplitName, Subject } from './dataset.ts';
import type { Group } from './groups.ts';

/** Where each subject goes; subjects that are in no split are absent. */
export type Assignment = Map<Subject, SplitName>;

export const SPLIT_NAMES: readonly SplitName[] = ['train', 'validation', 'test'];

/** The subjects of each group go where the group goes. */
export const flat = (assigned: ReadonlyMap<Group, SplitName>): Assignment =>
  new Map([...assigned].flatMap(([{ subjects }, name]) => subjects.map(subject => [subject, name] as const)));
