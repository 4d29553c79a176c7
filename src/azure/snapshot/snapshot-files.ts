import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { Fault } from '../../foundation/fault.ts';
import type { LocalFile } from '../workspace.ts';
import { secretByName, secretInText } from './secrets.ts';

/** A file that a job does not get, and why. */
export interface LeftOut {
  /** Relative to the code's folder, with slashes; folders end with one. Of data it is absolute. */
  readonly path: string;
  readonly why: string;
}

export interface SnapshotFiles {
  readonly files: readonly LocalFile[];
  readonly leftOut: readonly LeftOut[];
}

/** AzureML refuses larger snapshots. */
const MOST_BYTES = 300 * 2 ** 20;
/** Longer texts are data, not code; secrets in them would be looked for in vain. */
const LONGEST_TEXT = 2 ** 20;
/** Nobody wants these in a job, and no ignore file need name them. */
const NEVER = new Set(['.git', '.svn', '.hg', 'node_modules', '__pycache__', '.venv', '.ipynb_checkpoints']);

/**
 * The files of a folder that a job gets: what `.amlignore` names is left out, or where there is none what `.gitignore`
 * does, here and in the folders below; so are runs, data sets and secrets.
 * @param exclude absolute paths of folders that are no code, such as the data set.
 * @throws Fault where the rest is more than AzureML takes.
 */
export async function filesOfFolder(folder: string, exclude: readonly string[] = []): Promise<SnapshotFiles> {
  const files: LocalFile[] = [];
  const leftOut: LeftOut[] = [];
  const own = await ignoreFile(join(folder, '.amlignore'));
  await walk('', own ? [{ base: '', rules: own }] : []);
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  demandSize(folder, files);
  return { files, leftOut };

  async function walk(inside: string, above: readonly Rules[]): Promise<void> {
    const git = own ? undefined : await ignoreFile(join(folder, inside, '.gitignore'));
    const rules = git ? [...above, { base: inside, rules: git }] : above;
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      const path = `${inside}${entry.name}`;
      const file = join(folder, path);
      // Links may lead out of the folder, and so anything could come along.
      if (entry.isSymbolicLink()) leftOut.push({ path, why: 'it is a link' });
      else if (entry.isDirectory()) await enter(`${path}/`, file, entry.name, rules);
      else if (entry.isFile() && !isIgnored(path, rules)) await take(path, file);
    }
  }

  async function enter(path: string, file: string, name: string, rules: readonly Rules[]): Promise<void> {
    if (NEVER.has(name) || isIgnored(path, rules)) return;
    const why = exclude.includes(file)
      ? 'it is the data set, which the job gets as an input'
      : (await isRunOrRuns(file))
        ? 'it holds runs'
        : secretByName(`${path}x`);
    if (why !== undefined) leftOut.push({ path, why });
    else await walk(path, rules);
  }

  async function take(path: string, file: string): Promise<void> {
    const { size } = await stat(file);
    const why = secretByName(path) ?? (await secretOf(file, size));
    if (why !== undefined) leftOut.push({ path, why });
    else files.push({ path, source: { file }, bytes: size });
  }
}

interface Rules {
  /** Folder that the rules are relative to, empty or with a slash at its end. */
  readonly base: string;
  readonly rules: Ignore;
}

/** As in git, rules of a deeper folder decide over those above it. */
function isIgnored(path: string, all: readonly Rules[]): boolean {
  for (const { base, rules } of [...all].reverse()) {
    const { ignored, unignored } = rules.test(path.slice(base.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}

async function ignoreFile(file: string): Promise<Ignore | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : ignore().add(text);
}

/** A run's folder has its manifest, a folder of runs their shared code. */
async function isRunOrRuns(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.includes('.code') || (names.includes('run.json') && names.includes('config.resolved.yaml'));
}

async function secretOf(file: string, bytes: number): Promise<string | undefined> {
  if (bytes > LONGEST_TEXT) return undefined;
  const content = await readFile(file);
  if (content.includes(0)) return undefined;
  const found = secretInText(content.toString('utf8'));
  return found && `line ${found.line} looks like ${found.what}`;
}

function demandSize(folder: string, files: readonly LocalFile[]): void {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MOST_BYTES) return;
  const largest = [...files].sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const named = largest.map(({ path, bytes }) => `${path} (${megabytes(bytes)})`).join(', ');
  throw new Fault(`the code of the job has ${megabytes(total)}; AzureML takes ${megabytes(MOST_BYTES)}`, {
    place: { file: folder },
    remedy: `Name what the job does not need in .amlignore; the largest are ${named}.`,
  });
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
