import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Difference, differences } from '../compare-runs.ts';
import { subjectsOfSplit } from '../dataset-files.ts';
import { openRun, RUN_FILES } from '../run-folder.ts';

/** Subjects of a split that only one of two runs has. */
export interface SubjectsDiffering {
  readonly split: 'train' | 'validation' | 'test';
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

/** Programs and sources in which two runs differ: versions, commit, engine, and files of the snapshot. */
export async function compareCode(first: string, second: string): Promise<Difference[]> {
  const [a, b] = await Promise.all([first, second].map(versionsOf));
  const [codeA, codeB] = await Promise.all([first, second].map(snapshotOf));
  return [...differences(a, b), ...differences(codeA, codeB, 'code')];
}

async function versionsOf(folder: string): Promise<object> {
  const { innereye, node, git, engine } = (await openRun(folder)).manifest;
  return { innereye, node, git, engine };
}

/** Subjects by which the splits of two runs differ; splits without a list are left out. */
export async function compareSubjects(first: string, second: string): Promise<SubjectsDiffering[]> {
  const found: SubjectsDiffering[] = [];
  for (const split of ['train', 'validation', 'test'] as const) {
    const [a, b] = await Promise.all(
      [first, second].map(folder => subjectsOfSplit(folder, split).catch(() => undefined)),
    );
    if (a === undefined || b === undefined) continue;
    const onlyFirst = [...a].filter(id => !b.has(id));
    const onlySecond = [...b].filter(id => !a.has(id));
    if (onlyFirst.length + onlySecond.length > 0) found.push({ split, onlyFirst, onlySecond });
  }
  return found;
}

/** Files of a run's snapshot with the first digits of their SHA-256. */
async function snapshotOf(folder: string): Promise<Record<string, string>> {
  const root = join(folder, RUN_FILES.code);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
  const hashed = await Promise.all(
    files.sort().map(async file => {
      const hash = createHash('sha256').update(await readFile(file));
      return [relative(root, file), hash.digest('hex').slice(0, 12)] as const;
    }),
  );
  return Object.fromEntries(hashed);
}
