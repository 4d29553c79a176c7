import { existsSync } from 'node:fs';
import { readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { withLock } from '../foundation/lock-file.ts';
import { type Build, installedFolder, libraryNames } from './library.ts';
import { downloadWheel, type InstallProgress } from './pip.ts';
import { hashFile, unpack } from './unpack.ts';
import { type Wheel, wheelsFor } from './wheels.ts';

export interface InstallOptions {
  readonly build?: Build;
  /** Installs again what is installed. */
  readonly force?: boolean;
  readonly progress?: (progress: InstallProgress) => void;
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
  /** Other wheels than the pinned ones, for tests. */
  readonly wheels?: readonly Wheel[];
}

/** Disk space that a build needs while it is installed: the downloads and what is taken out of them. */
const neededBytes: Readonly<Record<Build, number>> = { cpu: 1.3e9, gpu: 9e9 };

/**
 * Downloads TensorFlow's library through pip into the user's cache: several processes may ask at once, one works. Wheels
 * that an interrupted installation had finished are used again.
 * @returns the folder of the library
 * @throws Fault where Python, pip, network, disk space or a build for this platform is missing
 */
export async function installEngine(options: InstallOptions = {}): Promise<string> {
  const { build = 'cpu', force = false, progress = () => {}, signal, environment = process.env } = options;
  const wheels = options.wheels ?? wheelsFor(build);
  const folder = installedFolder(build, environment);
  if (!force && isComplete(folder)) return folder;
  await withLock(
    join(dirname(folder), `install-${build}.lock`),
    async () => {
      // Another process may have finished while this one waited.
      if (!force && isComplete(folder)) return;
      await install({
        wheels,
        folder,
        build,
        python: environment.INNEREYE_PYTHON ?? 'python3',
        progress,
        signal,
      });
    },
    { signal, held: ({ pid }) => progress({ step: 'waiting', item: `process ${pid}, which is installing` }) },
  );
  return folder;
}

interface Installation {
  readonly wheels: readonly Wheel[];
  readonly folder: string;
  readonly build: Build;
  readonly python: string;
  readonly progress: (progress: InstallProgress) => void;
  readonly signal: AbortSignal | undefined;
}

async function install({ wheels, folder, build, python, progress, signal }: Installation): Promise<void> {
  const downloads = `${folder}.download`;
  const staging = `${folder}.unpacked`;
  await rm(staging, { recursive: true, force: true });
  await makeFolder(downloads);
  await makeFolder(staging);
  await checkSpace(staging, build);
  const cuda = join(staging, 'cuda');
  for (const wheel of wheels) {
    const file = await obtain(wheel, downloads, { python, progress, signal });
    progress({ step: 'unpacking', item: wheel.requirement });
    const target = wheel.requirement.startsWith('nvidia-') ? cuda : staging;
    await makeFolder(target);
    await unpack(file, wheel.wanted, target, signal);
  }
  if (!isComplete(staging)) {
    throw new Fault('the downloaded package does not hold the library', { place: { file: downloads } });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(staging, folder);
  await rm(downloads, { recursive: true, force: true });
}

/** The wheel's file: one left by an interrupted installation if it is whole, else downloaded and checked. */
async function obtain(
  wheel: Wheel,
  downloads: string,
  options: Pick<Installation, 'python' | 'progress' | 'signal'>,
): Promise<string> {
  const folder = join(downloads, wheel.sha256.slice(0, 16));
  const { progress, signal } = options;
  const kept = await wheelIn(folder);
  if (kept) {
    progress({ step: 'checking', item: wheel.requirement });
    if ((await hashFile(kept, signal)) === wheel.sha256) return kept;
  }
  // What lies there is the rest of an interrupted download.
  await rm(folder, { recursive: true, force: true });
  await makeFolder(folder);
  await downloadWheel(wheel, folder, options);
  const file = await wheelIn(folder);
  if (!file) throw new Fault(`pip downloaded no file for ${wheel.requirement}`, { place: { file: folder } });
  progress({ step: 'checking', item: wheel.requirement });
  const sha256 = await hashFile(file, signal);
  if (sha256 !== wheel.sha256) {
    await rm(file, { force: true });
    throw new Fault(`the download of ${wheel.requirement} is damaged or not the expected file`, {
      place: { file },
      remedy: `Its SHA-256 is ${sha256}, not ${wheel.sha256}. Try again; if it stays so, check which index pip uses (\`pip config list\`).`,
    });
  }
  return file;
}

async function wheelIn(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  const name = names.find(candidate => candidate.endsWith('.whl'));
  return name === undefined ? undefined : join(folder, name);
}

function isComplete(folder: string): boolean {
  const { main, framework } = libraryNames();
  return existsSync(join(folder, main)) && existsSync(join(folder, framework));
}

async function checkSpace(folder: string, build: Build): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= neededBytes[build]) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Fault(
    `the disk has ${gigabytes(free)} free; installing the engine needs ${gigabytes(neededBytes[build])}`,
    { place: { file: folder }, remedy: 'Free some space, or name another cache folder in INNEREYE_CACHE.' },
  );
}
