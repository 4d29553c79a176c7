import { type BigIntStats, existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from './fault.ts';
import { asWriteFault } from './file-fault.ts';

/**
 * Makes sure that nothing a command reads is written over by what it writes. Paths are compared by what lies there, so
 * that links and other spellings of a path are seen through; what is not there cannot be written over.
 * @throws Fault with the first output that is an input too.
 */
export async function refuseToOverwrite(
  outputs: readonly string[],
  inputs: readonly string[],
): Promise<void> {
  const read = new Map<string, string>();
  for (const input of inputs) {
    const identity = await identityOf(input);
    if (identity !== undefined) read.set(identity, input);
  }
  for (const output of outputs) {
    const input = read.get((await identityOf(output)) ?? '');
    if (input === undefined) continue;
    throw new Fault(
      input === output
        ? 'the output would write over what is read'
        : `the output would write over what is read: it is ${input}`,
      { place: { file: output }, remedy: 'Choose another name or folder for the output.' },
    );
  }
}

/** Device and number of a file on it; undefined where there is none. */
async function identityOf(path: string): Promise<string | undefined> {
  // A file in HDF5 is named with what is meant in it: path|dataset|channel.
  const [file] = path.split('|');
  const found: BigIntStats | undefined = await stat(file!, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}

/**
 * Makes sure that a file is new, for what a user may have worked on since it was written.
 * @param what it is: `the configuration`. @throws Fault where it is there and `force` is not given.
 */
export function requireNew(file: string, what: string, force = false): void {
  if (force || !existsSync(file)) return;
  throw new Fault(`${what} exists already`, {
    place: { file },
    remedy: 'Choose another name with --output, or write over it with --force.',
  });
}

/** Makes sure that a folder is empty or not there yet. @throws Fault where it holds anything. */
export async function requireEmpty(folder: string): Promise<void> {
  if ((await entriesOf(folder)).length === 0) return;
  throw new Fault('the folder is not empty', {
    place: { file: folder },
    remedy: 'Choose a new or empty folder: files of the same names would be written over.',
  });
}

/**
 * Runs what fills a folder that is empty or not there yet; where that fails or is stopped the folder is empty again.
 * @throws Fault where it holds anything.
 */
export async function fillEmptyFolder<T>(folder: string, fill: () => Promise<T>): Promise<T> {
  await requireEmpty(folder);
  try {
    return await fill();
  } catch (error) {
    for (const name of await entriesOf(folder))
      await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw asWriteFault(error, folder);
  }
}
