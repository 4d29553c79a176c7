import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type RunSplit, SPLIT_FILE, splitSchema } from '../contracts/split.ts';
import type { Dataset, Split, Subject } from '../dataset/dataset.ts';
import { parseJson } from '../dataset/json-file.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import { filesOf } from './dataset-files.ts';

const SPLITS = ['train', 'validation', 'test'] as const;

/**
 * Which subjects a run uses for what. Decided once, when the run begins: whoever goes on with it or repeats it gets the
 * same subjects, whatever has been added to the data set since.
 * @throws Fault where a subject of the run is gone or one of its files has changed.
 */
export async function settleSplit(
  folder: string,
  dataset: Dataset,
  decide: () => Promise<Split>,
): Promise<Split> {
  const file = join(folder, SPLIT_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    const split = await decide();
    await writeFileAtomically(file, `${JSON.stringify(await described(split), null, 1)}\n`);
    return split;
  }
  return sameSubjects(parseJson(text, file, splitSchema), dataset, file);
}

/**
 * Ids of the subjects of a run's splits.
 * @throws Fault where the run has not decided them yet
 */
export async function readSplit(folder: string): Promise<Record<(typeof SPLITS)[number], string[]>> {
  const file = join(folder, SPLIT_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Fault('the run has not decided yet which subjects it uses', {
      place: { file },
      remedy: 'Train it first.',
    });
  }
  const { train, validation, test } = parseJson(text, file, splitSchema);
  const idsOf = (subjects: readonly { id: string }[]) => subjects.map(({ id }) => id);
  return { train: idsOf(train), validation: idsOf(validation), test: idsOf(test) };
}

async function described(split: Split): Promise<RunSplit> {
  const describe = async (subjects: readonly Subject[]) =>
    Promise.all(
      subjects.map(async subject => ({
        id: subject.id,
        files: await knownFiles(subject),
        ...valuesHash(subject),
      })),
    );
  const [train, validation, test] = await Promise.all(SPLITS.map(name => describe(split[name])));
  return { host: hostname(), train: train!, validation: validation!, test: test! };
}

async function sameSubjects(kept: RunSplit, dataset: Dataset, file: string): Promise<Split> {
  const byId = new Map(dataset.subjects.map(subject => [subject.id, subject]));
  const find = async ({ id, files, values }: RunSplit['test'][number]): Promise<Subject> => {
    const subject = byId.get(id);
    if (subject === undefined) throw changed(id, 'is no longer in the data set', file);
    const now = await knownFiles(subject);
    const sameHost = kept.host === hostname();
    const differs =
      now.length !== files.length || now.some((one, index) => !isSame(one, files[index]!, sameHost));
    if (differs) throw changed(id, 'has other files than when the run began', file);
    if (values !== undefined && values !== valuesHash(subject).values)
      throw changed(id, 'has other values in the table than when the run began', file);
    return subject;
  };
  const [train, validation, test] = await Promise.all(SPLITS.map(name => Promise.all(kept[name].map(find))));
  return { train: train!, validation: validation!, test: test! };
}

type KnownFile = RunSplit['test'][number]['files'][number];

const isSame = (a: KnownFile, b: KnownFile, sameHost: boolean) =>
  a.size === b.size && (!sameHost || (a.path === b.path && a.modified === b.modified));

const changed = (subject: string, what: string, file: string) =>
  new Fault(`the subject ${what}`, {
    place: { file, subject },
    remedy: 'The run cannot go on as it began: restore the data, or start a new run.',
  });

const knownFiles = (subject: Subject): Promise<KnownFile[]> =>
  Promise.all(
    filesOf(subject).map(async ([source]) => {
      // HDF5: `path|dataset|channel`.
      const path = source.split('|')[0]!;
      const { size, mtimeMs } = await stat(path);
      return { path: source, size, modified: mtimeMs };
    }),
  );

/** What the run goes by of a table: a changed number or word would be learned on top of the old ones. */
function valuesHash({ values, visits }: Subject): { values?: string } {
  if (values === undefined && visits === undefined) return {};
  const told = [values, ...(visits ?? []).map(visit => [visit.position, visit.values])];
  return { values: createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 16) };
}
