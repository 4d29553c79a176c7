import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { Fault } from '../foundation/fault.ts';
import { asReadFault } from '../foundation/file-fault.ts';

/** Reads a JSON file of the given form. @throws Fault for a missing file, broken JSON or another form. */
export async function readJsonFile<T extends z.ZodType>(file: string, schema: T): Promise<z.output<T>> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw asReadFault(error, file);
  });
  return parseJson(text, file, schema);
}

/** The same for text in memory. */
export function parseJson<T extends z.ZodType>(text: string, file: string, schema: T): z.output<T> {
  const result = schema.safeParse(parse(text, file));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new Fault(
    `${issue.path.length === 0 ? 'the file' : `"${issue.path.join('.')}"`} is not as expected: ${issue.message}`,
    { place: { file }, remedy: 'Mend the file after the description of its format.' },
  );
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Fault(`the file is not JSON: ${(error as Error).message}`, {
      place: { file },
      remedy: 'A comma or a bracket may be missing; an editor shows where.',
      cause: error,
    });
  }
}
