import { spawn } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import type { Wheel } from './wheels.ts';

/** What an installation is doing. Bytes are given where they are known. */
export interface InstallProgress {
  readonly step: 'waiting' | 'downloading' | 'checking' | 'unpacking';
  readonly item: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

export interface DownloadOptions {
  /** The program that runs Python 3. */
  readonly python: string;
  readonly signal?: AbortSignal | undefined;
  readonly progress: (progress: InstallProgress) => void;
}

interface PipResult {
  readonly code: number | null;
  readonly output: string;
}

/** From this version on pip takes an interrupted download up again at the byte where it stopped. */
const resumingVersion = [25, 1] as const;

/** How often the growing file is looked at. */
const pollMilliseconds = 500;

/** @throws Fault where Python or pip is missing */
export async function pipVersion(python: string): Promise<readonly [number, number]> {
  const { code, output } = await run(python, ['-m', 'pip', '--version'], {});
  const version = /pip (\d+)\.(\d+)/.exec(output);
  if (code !== 0 || !version) {
    throw new Fault('pip is missing: the engine is downloaded with it', {
      remedy: `Install it, for example with \`sudo apt-get install python3-pip\` or \`${python} -m ensurepip\`, and try again.`,
      cause: output,
    });
  }
  return [Number(version[1]), Number(version[2])];
}

/**
 * Downloads a wheel with pip, which knows the user's index, proxy and certificates.
 * @throws Fault where it cannot be had; the abort's reason where `signal` aborts
 */
export async function downloadWheel(wheel: Wheel, folder: string, options: DownloadOptions): Promise<void> {
  const { python, signal, progress } = options;
  const [major, minor] = await pipVersion(python);
  const resumes = major > resumingVersion[0] || (major === resumingVersion[0] && minor >= resumingVersion[1]);
  const args = [
    ...['-m', 'pip', 'download', wheel.requirement],
    ...['--no-deps', '--only-binary=:all:', '--dest', folder],
    ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311', '--abi', 'none'],
    ...['--platform', wheel.platform],
    ...['--disable-pip-version-check', '--no-cache-dir', '--no-input', '--progress-bar', 'off'],
    ...(resumes ? ['--resume-retries', '10'] : []),
  ];
  let totalBytes: number | undefined;
  const timer = setInterval(async () => {
    const doneBytes = await bytesIn(folder);
    progress({
      step: 'downloading',
      item: wheel.requirement,
      doneBytes,
      ...(totalBytes !== undefined && { totalBytes: Math.max(totalBytes, doneBytes) }),
    });
  }, pollMilliseconds);
  try {
    progress({ step: 'downloading', item: wheel.requirement });
    const result = await run(python, args, {
      // The file grows where it will stay: one disk to watch, and its size can be looked at.
      env: { ...process.env, TMPDIR: folder },
      signal,
      seen: text => {
        totalBytes ??= announcedSize(text);
      },
    });
    signal?.throwIfAborted();
    if (result.code !== 0) throw downloadFault(wheel, result.output);
  } finally {
    clearInterval(timer);
  }
}

/** The size in pip's line `Downloading x.whl (274.3 MB)`. */
export function announcedSize(text: string): number | undefined {
  const match = /Downloading [^\n]*\((\d+(?:\.\d+)?) ([kMG]?)B\)/.exec(text);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * { '': 1, k: 1e3, M: 1e6, G: 1e9 }[match[2] as '' | 'k' | 'M' | 'G']);
}

/** What pip's words mean for the user. */
export function downloadFault({ requirement }: Wheel, output: string): Fault {
  if (/No space left on device|Disk quota exceeded/.test(output)) {
    return new Fault(`the disk is full: ${requirement} could not be downloaded`, {
      remedy: 'Free some space, or name another cache folder in INNEREYE_CACHE.',
    });
  }
  if (
    /Retrying|ConnectionError|NewConnection|ProxyError|SSLError|Read timed out|name resolution/i.test(output)
  ) {
    return new Fault(`no connection: ${requirement} could not be downloaded`, {
      remedy:
        'Check the network and pip’s settings for proxy and index (`pip config list`), and try again. Without a network, ' +
        'copy the library from another machine and name its folder in INNEREYE_TENSORFLOW_LIBRARY.',
    });
  }
  if (/No matching distribution|Could not find a version/.test(output)) {
    return new Fault(`pip finds no ${requirement} for this platform in its index`, {
      remedy: 'Update pip (`python3 -m pip install --upgrade pip`) or check its index (`pip config list`).',
    });
  }
  const lines = output.trim().split('\n');
  return new Fault(`pip could not download ${requirement}: ${lines.at(-1) ?? ''}`, {
    remedy: 'The lines above are pip’s own; `python3 -m pip download` repeats it by hand.',
  });
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names
      .filter(name => name.endsWith('.whl'))
      .map(async name => (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  // Pip downloads into a folder of its own and then copies: the larger of the two counts.
  return sizes.reduce((largest, size) => Math.max(largest, size), 0);
}

function run(
  python: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; signal?: AbortSignal | undefined; seen?: (text: string) => void },
): Promise<PipResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => void child.kill();
    options.signal?.addEventListener('abort', stop);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        options.seen?.(output);
      });
    }
    child.once('error', error => {
      options.signal?.removeEventListener('abort', stop);
      reject(
        new Fault(
          `Python 3 is missing: the engine is downloaded with its pip (${python}: ${error.message})`,
          {
            remedy:
              'Install Python 3 with pip (for example `sudo apt-get install python3-pip`), or name the program in INNEREYE_PYTHON.',
            cause: error,
          },
        ),
      );
    });
    child.once('close', code => {
      options.signal?.removeEventListener('abort', stop);
      resolve({ code, output });
    });
  });
}
