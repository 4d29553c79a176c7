import { dirname, sep } from 'node:path';

/** Folders in a run that is made of others, with theirs in them: `PARENT/folds/0`, `PARENT/trials/001`. */
export const CHILD_FOLDERS = ['folds', 'trials'] as const;

/** Folder of the ensemble of a cross-validation in its own: a run too. */
export const ENSEMBLE_FOLDER = 'ensemble';

/**
 * Runs with those that they are made of: each below the nearest run that its folder lies in. One whose parent is not
 * among them stands alone. Both keep the order that they come in.
 */
export function nest<R extends { readonly folder: string }>(
  runs: readonly R[],
): { readonly top: readonly R[]; childrenOf(folder: string): readonly R[] } {
  const folders = new Set(runs.map(({ folder }) => folder));
  const children = new Map<string, R[]>();
  const top: R[] = [];
  for (const run of runs) {
    const parent = ancestors(run.folder).find(folder => folders.has(folder));
    if (parent === undefined) top.push(run);
    else if (!children.get(parent)?.push(run)) children.set(parent, [run]);
  }
  return { top, childrenOf: folder => children.get(folder) ?? [] };
}

/** Whether a folder lies somewhere in another one. */
export const liesIn = (folder: string, above: string): boolean => folder.startsWith(above + sep);

function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [] : [above, ...ancestors(above)];
}
