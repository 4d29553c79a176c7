import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunNotes, runNotesSchema } from '../contracts/run-notes.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';

const NOTES_FILE = 'notes.json';

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>;

/**
 * What people have said of a run; nothing where nobody has.
 * @throws Fault where the file is broken
 */
export async function readRunNotes(folder: string): Promise<RunNotes> {
  const file = join(folder, NOTES_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch {
    return { tags: {}, note: '' };
  }
  try {
    return runNotesSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Fault('the notes of the run are broken', {
      place: { file },
      remedy: 'Mend the file, or delete it to start with new notes.',
      cause: error,
    });
  }
}

/** Gives tags a value, or takes them away with `null`. */
export async function tagRun(folder: string, tags: Readonly<Record<string, string | null>>): Promise<void> {
  const notes = await readRunNotes(folder);
  await write(folder, { ...notes, tags: { ...notes.tags, ...tags } });
}

/** Replaces the note of a run; an empty text takes it away. */
export async function noteRun(folder: string, note: string): Promise<void> {
  await write(folder, { ...(await readRunNotes(folder)), note });
}

/** The tags a run was started with, and what was said of it later. */
export function mergeTags(started: Tags, { tags }: RunNotes): Tags {
  const merged = Object.entries({ ...started, ...tags });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
}

/**
 * A tag as it is written: `name=value`; `name=` is `null`, which takes the tag away.
 * @throws Fault where it has no name
 */
export function parseTag(text: string): [name: string, value: string | null] {
  const at = text.indexOf('=');
  if (at <= 0)
    throw new Fault(`the tag "${text}" is not of the form name=value`, { remedy: 'Write name=value.' });
  return [text.slice(0, at).trim(), text.slice(at + 1).trim() || null];
}

/**
 * The tags that a run is started with; `name=` gives none.
 * @throws Fault where one has no name
 */
export const tagsOf = (texts: readonly string[]): Tags =>
  mergeTags({}, { tags: Object.fromEntries(texts.map(parseTag)), note: '' });

const write = (folder: string, notes: RunNotes): Promise<void> =>
  writeFileAtomically(join(folder, NOTES_FILE), `${JSON.stringify(notes, null, 2)}\n`);
