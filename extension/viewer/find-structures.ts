import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveFromDisk } from '../../src/config/load-configuration.ts';
import { structureSchema } from '../../src/config/schema/dataset.ts';
import { nodeAt, plainValue } from '../../src/config/tree.ts';
import type { ViewerStructure } from '../../src/contracts/viewer.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';
import { findRun } from './find-run.ts';
import { parseDatasetJson, parseLabelFile } from './label-files.ts';

/** Folders above a volume in which a description of its labels is looked for. */
const LEVELS = 3;
/** Lists of labels are short; anything longer is something else. */
const LONGEST = 2 ** 20;

/**
 * Names and colours of a label map's values, as far as anything near it says them: the run that predicted it, a list of
 * labels beside it, or the data set or configuration of one of the folders above.
 */
export async function findStructures(file: string): Promise<readonly ViewerStructure[] | undefined> {
  const run = await findRun(file);
  if (run !== undefined) return structuresOfRun(run);
  const stem = file.replace(/\.(nii\.gz|[^./\\]+)$/i, '');
  const beside = [
    `${file}.txt`,
    `${file.replace(/\.gz$/i, '')}.txt`,
    ...['.txt', '.label', '.lut'].map(end => stem + end),
  ];
  for (const list of [...beside, join(dirname(file), 'labels.txt')]) {
    const found = parseLabelFile(await textOf(list));
    if (found.length > 0) return found;
  }
  for (let folder = dirname(file), level = 0; level <= LEVELS; level++, folder = dirname(folder)) {
    const found = parseDatasetJson(await textOf(join(folder, 'dataset.json')));
    if (found.length > 0) return found;
    const configured = await fromConfigurations(folder);
    if (configured.length > 0) return configured;
  }
  return undefined;
}

/** The structures of a run, with the values that its predictions have: 1 for the first. */
export async function structuresOfRun(run: string): Promise<readonly ViewerStructure[] | undefined> {
  // Of the settings only these are wanted, so that a run of another version can be looked at too.
  const text = await textOf(join(run, RUN_FILES.configuration));
  const structures = asStructures(
    (parse(text) as { dataset?: { structures?: unknown } } | null)?.dataset?.structures,
  );
  if (structures.length === 0) return undefined;
  return structures.map(({ name, color }, index) => ({ value: index + 1, name, ...(color && { color }) }));
}

/** Of the first configuration of a folder that says which values its structures have in label maps. */
async function fromConfigurations(folder: string): Promise<ViewerStructure[]> {
  const names = await readdir(folder).catch(() => [] as string[]);
  for (const name of names.filter(entry => /\.innereye\.ya?ml$/.test(entry)).sort()) {
    const structures = structuresSet(join(folder, name)).filter(({ label }) => label !== undefined);
    if (structures.length > 0) {
      return structures.map(({ label, name: structure, color }) => ({
        value: label!,
        name: structure,
        ...(color && { color }),
      }));
    }
  }
  return [];
}

function structuresSet(configuration: string) {
  try {
    const { tree } = resolveFromDisk(configuration, { checkFiles: false });
    const node = nodeAt(tree, ['dataset', 'structures']);
    return node === undefined ? [] : asStructures(plainValue(node));
  } catch {
    return [];
  }
}

const asStructures = (value: unknown) => z.array(structureSchema).safeParse(value).data ?? [];

async function textOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.length > LONGEST ? '' : text;
}
