import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Manifest } from '../contracts/run.ts';
import { CHILD_FOLDERS, ENSEMBLE_FOLDER } from './nest-runs.ts';
import { openRun, type Run } from './run-folder.ts';

/** Trials are named from 1, folds from 0, as they are elsewhere; what manifests say counts from 0. */
const FIRST = { folds: 0, trials: 1 } as const;

/**
 * What the manifest of a run says of the one that it is a part of, by where its folder lies; nothing where it lies in no
 * other run.
 */
export async function placeInParent(folder: string): Promise<Pick<Manifest, 'parent' | 'fold' | 'trial'>> {
  const kind = CHILD_FOLDERS.find(name => name === basename(dirname(folder)));
  const parent = kind && (await openRun(dirname(dirname(folder))).catch(() => undefined));
  if (!kind || !parent) return {};
  const index = Number(basename(folder)) - FIRST[kind];
  const isIndex = Number.isInteger(index) && index >= 0;
  return {
    parent: parent.manifest.id,
    ...(isIndex && (kind === 'folds' ? { fold: index } : { trial: index })),
  };
}

/** Reads the run in a folder and those that it is made of; nothing where there is none. */
export async function openWithChildren(folder: string): Promise<Run[]> {
  const run = await openRun(folder).catch(() => undefined);
  if (!run) return [];
  const children = await Promise.all(CHILD_FOLDERS.map(name => openBelow(join(folder, name))));
  const ensemble = await openRun(join(folder, ENSEMBLE_FOLDER)).catch(() => undefined);
  return [run, ...children.flat(), ...(ensemble ? [ensemble] : [])];
}

/** Reads all runs in a folder, with those that they are made of; what else lies there is left out. */
export async function openBelow(outputs: string): Promise<Run[]> {
  const names = await readdir(outputs).catch(() => [] as string[]);
  const visible = names.filter(name => !name.startsWith('.'));
  return (await Promise.all(visible.map(name => openWithChildren(join(outputs, name))))).flat();
}

/** All runs below a folder with those that they are made of, newest first. */
export const listRuns = async (outputs: string): Promise<Run[]> =>
  (await openBelow(outputs)).sort(
    (a, b) =>
      b.manifest.startedAt.localeCompare(a.manifest.startedAt) ||
      basename(b.folder).localeCompare(basename(a.folder)),
  );
