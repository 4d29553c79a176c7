import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRun } from '../../src/runs/run-folder.ts';

/** How often the output folder is looked at: a run appears about a second after its process. */
const LOOK_MILLISECONDS = 200;

/**
 * The folder of the run that a process works on: the one below `outputs` whose manifest names the process.
 * @param since folders that were there before cannot be it; give those of `foldersIn` from before the start
 * @returns undefined where the process ended before it had one
 */
export async function recogniseRun(
  pid: number,
  outputs: string,
  { since, ended }: { readonly since: ReadonlySet<string>; readonly ended: Promise<unknown> },
): Promise<string | undefined> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    // A last look after its end, as it may have been quick.
    const last = over;
    for (const name of await foldersIn(outputs)) {
      if (!since.has(name) && (await worksOn(pid, join(outputs, name)))) return join(outputs, name);
    }
    if (last) return undefined;
    await Promise.race([sleep(LOOK_MILLISECONDS), ended]);
  }
}

/** Waits until a process has taken up a run that was there before; false where it ended without. */
export async function takesUp(pid: number, folder: string, ended: Promise<unknown>): Promise<boolean> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  for (;;) {
    const last = over;
    if (await worksOn(pid, folder)) return true;
    if (last) return false;
    await Promise.race([sleep(LOOK_MILLISECONDS), ended]);
  }
}

/** Names of what lies in a folder; none where it does not exist. */
export async function foldersIn(folder: string): Promise<Set<string>> {
  return new Set(await readdir(folder).catch(() => []));
}

async function worksOn(pid: number, folder: string): Promise<boolean> {
  const run = await openRun(folder).catch(() => undefined);
  return run?.manifest.process.pid === pid;
}
