import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gitState } from '../../runs/snapshot.ts';
import type { Source } from '../jobs/tags.ts';

/** What git knows of the folder that a job is submitted from; undefined outside of a repository. */
export async function sourceOf(folder: string): Promise<Source | undefined> {
  const state = await gitState(folder);
  if (state === undefined) return undefined;
  const git = async (...args: string[]) => {
    try {
      const { stdout } = await promisify(execFile)('git', args, { cwd: folder, timeout: 10_000 });
      return stdout.trim();
    } catch {
      return '';
    }
  };
  const [author, message, repository] = await Promise.all([
    git('log', '-1', '--format=%an'),
    git('log', '-1', '--format=%s'),
    git('config', '--get', 'remote.origin.url'),
  ]);
  return { ...state, author, message, repository };
}
