import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import { RUN_FILES } from '../runs/run-folder.ts';

/**
 * The models that paths name: a bundle or the folder of a run is one; another folder holds some, at any depth, as
 * AZUREML_MODEL_DIR does. Where it has bundles, these count alone.
 * @throws Fault where there is no such path, or none in a folder.
 */
export async function findModels(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(path => modelsAt(resolve(path))));
  return found.flat();
}

async function modelsAt(path: string): Promise<string[]> {
  const remedy = 'Name a bundle that `innereye export` made, a run, or a folder with such.';
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw new Fault('there is no such file or folder', { place: { file: path }, remedy });
  if (!kind.isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).sort();
  const bundles = names.filter(name => name.endsWith('.zip'));
  const runs = names.filter(name => basename(name) === RUN_FILES.manifest).map(name => dirname(name));
  const top = runs.filter(run => !runs.some(other => other !== run && isBelow(run, other)));
  const found = top.includes('.') ? ['.'] : bundles.length > 0 ? bundles : top;
  if (found.length > 0) return found.map(name => join(path, name));
  throw new Fault('there is no model in the folder', { place: { file: path }, remedy });
}

/** The runs that one is made of lie in its folder. */
const isBelow = (run: string, other: string): boolean => other === '.' || run.startsWith(`${other}${sep}`);
