import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import { parse } from 'csv-parse/sync';
import { Fault } from '../../foundation/fault.ts';
import { asReadFault } from '../../foundation/file-fault.ts';

/** Something in which a file of a run is not what is expected. */
export interface Deviation {
  /** Relative to the run. */
  readonly file: string;
  /** What differs, with line and column where there are some. */
  readonly what: string;
}

/** Files that are compared by lines. */
const TEXTS = new Set(['.txt', '.json', '.html', '.md', '.yaml', '.svg']);
/** Differences told of a file; the rest is counted. */
const TOLD = 10;

/**
 * Compares the files of a run with those of a stored folder, as InnerEye's regression test does: each file there must
 * lie at the same place in the run. Numbers in csv files may differ by a relative tolerance, texts are compared line by
 * line, other files byte by byte.
 * @throws Fault where the stored folder has no file
 */
export async function checkAgainst(
  run: string,
  expected: string,
  tolerance: number,
): Promise<{ compared: number; deviations: Deviation[] }> {
  const root = resolve(expected);
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .sort();
  if (files.length === 0) {
    throw new Fault('there is nothing to compare with: the folder has no files, or there is none', {
      place: { file: root },
      remedy:
        'Name a folder with files of a run at their places, such as best_validation_epoch/Test/metrics.csv.',
    });
  }
  const deviations: Deviation[] = [];
  for (const name of files) {
    const file = name.split(sep).join('/');
    const [own, stored] = await Promise.all([readIfThere(join(run, name)), readIfThere(join(root, name))]);
    const found =
      own === undefined ? ['is missing in the run'] : differencesOf(file, stored!, own, tolerance);
    deviations.push(...found.slice(0, TOLD).map(what => ({ file, what })));
    if (found.length > TOLD)
      deviations.push({ file, what: `and ${found.length - TOLD} further differences` });
  }
  return { compared: files.length, deviations };
}

function differencesOf(file: string, expected: Buffer, own: Buffer, tolerance: number): string[] {
  if (own.equals(expected)) return [];
  const ending = extname(file).toLowerCase();
  if (ending === '.csv') return compareCsv(expected.toString(), own.toString(), tolerance);
  if (TEXTS.has(ending)) return compareLines(expected.toString(), own.toString());
  return [`differs byte by byte: ${own.length} bytes, ${expected.length} expected`];
}

/** Cells in which two csv files differ: texts exactly, numbers by more than the tolerance. */
export function compareCsv(expected: string, own: string, tolerance: number): string[] {
  const [wanted, found] = [expected, own].map(text => rowsOf(text));
  if (wanted === undefined || found === undefined) return compareLines(expected, own);
  const [columns = []] = wanted;
  if (columns.join(',') !== (found[0] ?? []).join(',')) {
    return [`has the columns ${(found[0] ?? []).join(', ')}; expected are ${columns.join(', ')}`];
  }
  const cells = wanted.slice(1).flatMap((row, index) =>
    row.flatMap((cell, column) => {
      const other = found[index + 1]?.[column];
      if (other === undefined || areClose(cell, other, tolerance)) return [];
      return [`line ${index + 2}, ${columns[column]}: ${shown(other)}, expected ${shown(cell)}`];
    }),
  );
  const lines = wanted.length === found.length ? [] : [countsDiffer(found.length, wanted.length)];
  return [...lines, ...cells];
}

function rowsOf(text: string): string[][] | undefined {
  try {
    return parse(text, { bom: true, skip_empty_lines: true });
  } catch {
    return undefined;
  }
}

/** Whether two cells say the same; numbers within the tolerance relative to what is expected, as `numpy.isclose` does. */
function areClose(expected: string, own: string, tolerance: number): boolean {
  if (expected === own) return true;
  const [a, b] = [expected, own].map(text => (text.trim() === '' ? Number.NaN : Number(text)));
  return Math.abs(b! - a!) <= tolerance * Math.abs(a!);
}

function compareLines(expected: string, own: string): string[] {
  const [wanted, found] = [expected, own].map(text => text.replaceAll('\r\n', '\n').trimEnd().split('\n'));
  const lines = wanted!.flatMap((line, index) =>
    found![index] === undefined || found![index] === line
      ? []
      : [`line ${index + 1}: ${shown(found![index]!)}, expected ${shown(line)}`],
  );
  return wanted!.length === found!.length ? lines : [countsDiffer(found!.length, wanted!.length), ...lines];
}

const countsDiffer = (own: number, expected: number): string => `has ${own} lines, ${expected} expected`;
const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw asReadFault(error, file);
  }
}
