import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process, told apart from later ones that happen to get its number. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** When it began (on Linux with the boot of the machine), where the system tells. */
  readonly started?: string | undefined;
}

/** The process that this code runs in. */
export function thisProcess(): ProcessIdentity {
  const started = startOf(process.pid);
  return { pid: process.pid, host: hostname(), ...(started !== undefined && { started }) };
}

/**
 * Whether a process is running; undefined where it is on another machine, which cannot be asked. Where the system does
 * not tell when processes began, one of the same number is taken for it, so that its work is not done by two.
 */
export function isRunning({ pid, host, started }: ProcessIdentity): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (!exists(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

/**
 * Whether a process is running and is certainly the one that is meant: it began when that began. Only such a process
 * may be ended; what cannot be told is false.
 */
export function isSurely({ pid, host, started }: ProcessIdentity): boolean {
  return host === hostname() && exists(pid) && started !== undefined && startOf(pid) === started;
}

function exists(pid: number): boolean {
  // Zero and negative numbers stand for groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return startInProc(pid);
  return process.platform === 'darwin' ? startByPs(pid) : undefined;
}

/** Linux tells when a process began, in ticks since the machine's boot. */
function startInProc(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name, may hold spaces and brackets.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot}:${ticks}`;
  } catch {
    return undefined;
  }
}

/** When a process began as `ps` says it, to the second, whatever the language and time zone of the user; for macOS. */
export function startByPs(pid: number): string | undefined {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const said = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return said.trim() || undefined;
  } catch {
    return undefined;
  }
}
