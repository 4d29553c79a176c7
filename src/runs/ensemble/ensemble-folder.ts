import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type EnsembleDescription, ensembleSchema } from '../../contracts/ensemble.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import { ENSEMBLE_FOLDER } from '../nest-runs.ts';
import { RUN_FILES, type Run } from '../run-folder.ts';

/** In the folder of an ensemble. */
export const ENSEMBLE_FILE = 'ensemble.json';

/**
 * What an ensemble is made of; the folders of its members absolute.
 * @throws Fault where the file is missing or broken, or a member is gone
 */
export async function readEnsemble(folder: string): Promise<EnsembleDescription> {
  const file = join(folder, ENSEMBLE_FILE);
  let description: EnsembleDescription;
  try {
    description = ensembleSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Fault('it cannot be read what the ensemble is made of', {
      place: { file },
      remedy: 'Restore ensemble.json from a copy, or make the ensemble again.',
      cause: error,
    });
  }
  const members = description.members.map(member => ({ ...member, run: resolve(folder, member.run) }));
  for (const { run } of members) {
    if (await stat(join(run, RUN_FILES.manifest)).catch(() => undefined)) continue;
    throw new Fault('a member of the ensemble is gone', {
      place: { file: run },
      remedy: `Put its run back there, or make the ensemble of ${folder} again of others.`,
    });
  }
  return { ...description, members };
}

/** Writes what an ensemble is made of. @param description folders of members absolute */
export async function writeEnsemble(folder: string, description: EnsembleDescription): Promise<void> {
  const members = description.members.map(member => ({
    ...member,
    run: relative(folder, member.run).split(sep).join('/'),
  }));
  const text = `${JSON.stringify({ ...description, members }, null, 2)}\n`;
  await writeFileAtomically(join(folder, ENSEMBLE_FILE), text);
}

/** The folder of a cross-validation's ensemble. @throws Fault where there is none (yet) */
export async function ensembleOf({ folder, status }: Run): Promise<string> {
  const ensemble = join(folder, ENSEMBLE_FOLDER);
  if (await stat(join(ensemble, ENSEMBLE_FILE)).catch(() => undefined)) return ensemble;
  throw new Fault('the cross-validation has no ensemble yet', {
    place: { file: folder },
    remedy:
      status === 'running'
        ? 'It is made when all folds are complete; name one of them meanwhile.'
        : 'Go on with it by `innereye train CONFIG --resume FOLDER`, or name one of its folds.',
  });
}
