import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault } from '../foundation/fault.ts';

/**
 * The bundles that paths name: a file is one, a folder holds some, at any depth, as AZUREML_MODEL_DIR does.
 * @throws Fault where there is no such path, or none in a folder.
 */
export async function findBundles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(path => bundlesAt(resolve(path))));
  return found.flat();
}

async function bundlesAt(path: string): Promise<string[]> {
  const remedy = 'Name a bundle that `innereye export` made, or a folder with such.';
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw new Fault('there is no such file or folder', { place: { file: path }, remedy });
  if (!kind.isDirectory()) return [path];
  const names = (await readdir(path, { recursive: true })).filter(name => name.endsWith('.zip')).sort();
  if (names.length === 0)
    throw new Fault('there is no bundle in the folder', { place: { file: path }, remedy });
  return names.map(name => join(path, name));
}
