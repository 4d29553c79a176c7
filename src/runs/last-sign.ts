import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEvents } from '../contracts/event-history.ts';
import { openWithChildren } from './child-runs.ts';
import { RUN_FILES } from './run-folder.ts';

/** When a run, or one of those that it is made of, was last heard of (ISO 8601); undefined where none ever was. */
export async function lastSign(folder: string): Promise<string | undefined> {
  const runs = await openWithChildren(folder);
  const signs = await Promise.all(
    runs.map(async ({ folder: own, manifest }) => manifest.finishedAt ?? (await lastEvent(own))),
  );
  return signs
    .filter(time => time !== undefined)
    .sort()
    .at(-1);
}

async function lastEvent(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, RUN_FILES.events), 'utf8').catch(() => '');
  return parseEvents(text).at(-1)?.time;
}
