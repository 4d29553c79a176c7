import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import { RUN_FILES, type Run, type RunStatus } from './run-folder.ts';

const SAID: Readonly<Record<Exclude<RunStatus, 'completed'>, string>> = {
  running: 'still trains',
  interrupted: 'was interrupted',
  cancelled: 'was stopped',
  failed: 'has failed',
};

/**
 * Makes sure that a training has weights to predict with.
 * @throws Fault that says why it has none, and how it gets some.
 */
export async function requireTrained({ folder, status, manifest }: Run): Promise<void> {
  if (await hasWeights(folder)) return;
  if (status === 'completed') {
    throw new Fault('the weights of the run are gone', {
      place: { file: join(folder, RUN_FILES.best) },
      remedy: 'Restore the file from a copy, or train again: innereye runs reproduce RUN.',
    });
  }
  const why = status === 'failed' && manifest.error !== undefined ? ` (${firstLine(manifest.error)})` : '';
  throw new Fault(
    `the run ${SAID[status]}${why} and has no checkpoint yet: there is nothing to predict with`,
    {
      place: { file: folder },
      remedy:
        status === 'running'
          ? 'Wait for its first validation, or name another run.'
          : `Mend what stopped it and go on with it: innereye train ${manifest.configuration.file} --resume ${folder}; or name another run.`,
    },
  );
}

const firstLine = (text: string): string => text.split('\n')[0]!;

/** What to tell of a run that can predict before it is complete; undefined of one that is, or that cannot. */
export async function unfinished({ folder, status }: Run): Promise<string | undefined> {
  if (status === 'completed' || !(await hasWeights(folder))) return undefined;
  return `the run ${SAID[status]}: its best weights so far are taken, and it may get better ones`;
}

const hasWeights = async (folder: string): Promise<boolean> =>
  (await stat(join(folder, RUN_FILES.best)).catch(() => undefined)) !== undefined;
