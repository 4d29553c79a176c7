import { hostname } from 'node:os';
import { Fault } from '../../src/foundation/fault.ts';
import { isSurely } from '../../src/foundation/process-identity.ts';
import { isBeating } from '../../src/runs/heartbeat.ts';
import { openRun } from '../../src/runs/run-folder.ts';

/**
 * Asks the backend of a run to end: the first time after a checkpoint, the second time at once. Only a process that is
 * the run's is asked: its number may have gone to another since.
 * @returns false where the run is not at work (any more)
 * @throws Fault where it is at work on another machine, belongs to another user, or cannot be told for sure
 */
export async function signalRun(folder: string): Promise<boolean> {
  const { manifest, status } = await openRun(folder);
  if (status !== 'running') return false;
  const { process: backend } = manifest;
  if (backend.host !== hostname())
    throw new Fault(`the run is at work on another machine, ${backend.host}`, { remedy: 'Stop it there.' });
  // Where the system does not tell when processes began, the run's own sign of life must do.
  if (!isSurely(backend) && !(backend.started === undefined && (await isBeating(folder))))
    throw new Fault(`it cannot be told whether process ${backend.pid} is still that of the run`, {
      remedy: 'Look for it, and stop it where it was started.',
    });
  try {
    process.kill(backend.pid, 'SIGTERM');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
    throw new Fault('the run belongs to another user of this machine', { remedy: 'Ask them to stop it.' });
  }
}
