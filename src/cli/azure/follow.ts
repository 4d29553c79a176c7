import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { openJobRun } from '../../azure/local/run-record.ts';
import { watchJob } from '../../azure/local/watch-job.ts';
import { asOnlyWatcher } from '../../azure/local/watch-lock.ts';
import type { AzureWorkspace, WorkspacePlace } from '../../azure/workspace.ts';
import { Fault } from '../../foundation/fault.ts';
import { onEditorMessage, tellEditor } from '../editor-channel.ts';
import { interruption } from '../interruption.ts';
import { connect } from './connection.ts';

/** After something went wrong it looks again, ever more seldom: expired sign-ins and lost networks come back. */
const RETRY = { least: 5_000, most: 300_000 };

/** For editors: one process follows all jobs of a window, those that the editor names over its channel. */
export const followCommand = (): Command =>
  new Command('follow').description('for editors: follow jobs that are named over a channel').action(follow);

async function follow(): Promise<void> {
  const signal = interruption('No longer following; the jobs go on');
  const followed = new Map<string, AbortController>();
  const workspaces = new Map<string, Promise<AzureWorkspace>>();
  const workspaceAt = (place: WorkspacePlace): Promise<AzureWorkspace> => {
    const { endpoint, subscription, resourceGroup, workspace, tenant } = place;
    const key = [endpoint, subscription, resourceGroup, workspace, tenant].join('\n');
    const known = workspaces.get(key) ?? connect(place);
    workspaces.set(key, known);
    return known;
  };
  onEditorMessage(message => {
    if (message.type !== 'follow') return;
    const wanted = new Set(message.folders);
    for (const [folder, stop] of followed) {
      if (wanted.has(folder)) continue;
      stop.abort();
      followed.delete(folder);
    }
    for (const folder of wanted) {
      if (followed.has(folder)) continue;
      const stop = new AbortController();
      followed.set(folder, stop);
      void followRun(folder, workspaceAt, AbortSignal.any([signal, stop.signal]));
    }
  });
  // A window that is closed or loaded anew has another process follow its jobs.
  await new Promise<void>(resolve => {
    process.once('disconnect', resolve);
    signal.addEventListener('abort', () => resolve());
  });
  for (const stop of followed.values()) stop.abort();
}

/** Follows a job until it ends; what goes wrong is told, and tried again. */
async function followRun(
  folder: string,
  workspaceAt: (place: WorkspacePlace) => Promise<AzureWorkspace>,
  signal: AbortSignal,
): Promise<void> {
  let pause = RETRY.least;
  while (!signal.aborted) {
    try {
      const { azure } = await openJobRun(folder);
      const workspace = await workspaceAt(azure);
      const heard = () => {
        pause = RETRY.least;
        tellEditor({ type: 'followed', folder });
      };
      await asOnlyWatcher(folder, () => watchJob(workspace, folder, { signal, onJob: heard }), {
        signal,
        wait: true,
      });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      const remedy = error instanceof Fault ? error.remedy : undefined;
      tellEditor({ type: 'followed', folder, problem: { message, ...(remedy !== undefined && { remedy }) } });
      await sleep(pause, undefined, { signal }).catch(() => {});
      pause = Math.min(RETRY.most, pause * 2);
    }
  }
}
