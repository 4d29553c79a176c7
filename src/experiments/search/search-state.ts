import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SEARCH_FILE, type SearchState, searchStateSchema } from '../../contracts/search.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';

/** @throws Fault where the file is missing or broken. */
export async function readSearch(folder: string): Promise<SearchState> {
  const file = join(folder, SEARCH_FILE);
  try {
    return searchStateSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Fault('the state of the search cannot be read', {
      place: { file },
      remedy: 'Name the folder of a search; where search.json is broken, restore it from a copy.',
      cause: error,
    });
  }
}

export const writeSearch = (folder: string, state: SearchState): Promise<void> =>
  writeFileAtomically(join(folder, SEARCH_FILE), `${JSON.stringify(state, null, 1)}\n`);
