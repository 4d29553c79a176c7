import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { SPLIT_NAMES } from './assignment.ts';
import type { Finding, Split, SplitName } from './dataset.ts';
import { scansOf } from './visits.ts';

interface Scan {
  readonly id: string;
  readonly split: SplitName;
  readonly file: string;
}

/** Warnings of scans that are in two splits, byte by byte: what was learnt is tested then. Only files of equal size are read. */
export async function identicalScans(split: Split): Promise<Finding[]> {
  const scans = SPLIT_NAMES.flatMap(name =>
    // A subject of a table may have no scan.
    scansOf(split[name]).flatMap(({ id, images: [first] }): Scan[] =>
      first ? [{ id, split: name, file: first.file }] : [],
    ),
  );
  const alike = await groupedBy(scans, async ({ file }) => (await stat(file).catch(() => undefined))?.size);
  const findings: Finding[] = [];
  for (const group of alike) {
    for (const copies of await groupedBy(group, ({ file }) => hashOf(file).catch(() => undefined))) {
      const [first] = copies;
      const other = copies.find(scan => scan.split !== first!.split);
      if (other === undefined) continue;
      findings.push({
        severity: 'warning',
        message: `the scans of "${first!.id}" (${first!.split}) and "${other.id}" (${other.split}) are the same file`,
        place: { file: other.file, subject: other.id },
        remedy: 'Remove one, or results on it say nothing; `group_by` keeps scans of a patient together.',
      });
    }
  }
  return findings;
}

/** Groups of at least two scans of one key; those without a key are in none. */
async function groupedBy(
  scans: readonly Scan[],
  keyOf: (scan: Scan) => Promise<string | number | undefined>,
): Promise<Scan[][]> {
  const groups = new Map<string | number, Scan[]>();
  for (const scan of scans) {
    const key = await keyOf(scan);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), scan]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
