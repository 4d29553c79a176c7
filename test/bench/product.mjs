// Trainings by the built command line, as a user starts them.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = 'dist/innereye.js';

export function buildProduct() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}

/**
 * Trains a configuration in a folder of its own.
 * @param options further options of `innereye train`
 * @returns the run's events and profile, and the most memory that its processes had resident, together, in MB (Linux)
 */
export async function train(configuration, folder, { set = [], options = [], environment = {} } = {}) {
  const settings = set.flatMap(setting => ['--set', setting]);
  const child = spawn(
    process.execPath,
    [PROGRAM, 'train', configuration, ...settings, '--run-folder', folder, '--json', ...options],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const peaks = new Map();
  const timer = setInterval(() => notePeaks(child.pid, peaks), 100);
  const code = await new Promise(resolve => child.once('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`innereye train ${configuration} ended with ${code}`);
  const read = name => readFileSync(join(folder, name), 'utf8');
  return {
    events: read('events.ndjson').trim().split('\n').map(JSON.parse),
    profile: existsSync(join(folder, 'profile.json')) ? JSON.parse(read('profile.json')) : undefined,
    peakMegabytes: [...peaks.values()].reduce((sum, kilobytes) => sum + kilobytes / 1024, 0),
  };
}

/** Keeps the most memory (VmHWM) of a process and all below it. */
function notePeaks(pid, peaks) {
  if (process.platform !== 'linux') return;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    // A process that has ended but was not waited for yet has none.
    peaks.set(pid, Math.max(peaks.get(pid) ?? 0, Number(/^VmHWM:\s*(\d+)/m.exec(status)?.[1] ?? 0)));
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim();
      for (const child of children ? children.split(' ') : []) notePeaks(Number(child), peaks);
    }
  } catch {
    // It ended meanwhile; what was noted before counts.
  }
}
