import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { isRunning, type ProcessIdentity, thisProcess } from '../foundation/process-identity.ts';

/**
 * What a process uses of the cache is not deleted while it lives: a file beside the entries names them and the
 * process. It goes when the process ends; those of processes that were killed are recognised and removed.
 */
export const LEASE_SUFFIX = '.lease';

/** A process of another machine cannot be asked whether it lives: its lease counts this long after its last sign. */
const STALE_MS = 24 * 3600 * 1000;
const SIGN_OF_LIFE_MS = 3600 * 1000;

interface LeaseContent {
  readonly process: ProcessIdentity;
  /** Names of the entries. */
  readonly entries: readonly string[];
}

/** What this process uses of a cache folder. */
export class CacheLease {
  private static readonly ofFolder = new Map<string, CacheLease>();
  private readonly file: string;
  private readonly entries = new Set<string>();
  private sign: NodeJS.Timeout | undefined;

  private constructor(folder: string) {
    this.file = join(folder, `${randomUUID()}${LEASE_SUFFIX}`);
  }

  /** The one lease of this process on a folder. */
  static of(folder: string): CacheLease {
    if (CacheLease.ofFolder.size === 0) process.once('exit', CacheLease.removeAll);
    const lease = CacheLease.ofFolder.get(folder) ?? new CacheLease(folder);
    CacheLease.ofFolder.set(folder, lease);
    return lease;
  }

  private static removeAll(): void {
    for (const { file } of CacheLease.ofFolder.values()) rmSync(file, { force: true });
  }

  /** Names of all entries that this process uses. */
  get names(): ReadonlySet<string> {
    return this.entries;
  }

  /** Adds entries, until the process ends. Where the folder cannot be written nothing of it is deleted either. */
  async add(files: Iterable<string>): Promise<void> {
    for (const file of files) this.entries.add(basename(file));
    if (this.entries.size === 0) return;
    const content: LeaseContent = { process: thisProcess(), entries: [...this.entries] };
    await writeFileAtomically(this.file, JSON.stringify(content)).catch(() => {});
    if (this.sign !== undefined) return;
    this.sign = setInterval(
      () => void utimes(this.file, new Date(), new Date()).catch(() => {}),
      SIGN_OF_LIFE_MS,
    );
    this.sign.unref();
  }
}

/** Names of the entries of a folder that living processes use. */
export async function leasedEntries(folder: string): Promise<Set<string>> {
  const leased = new Set<string>();
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(one => one.endsWith(LEASE_SUFFIX))) {
    const file = join(folder, name);
    const content = await readLease(file);
    if (content === undefined) continue;
    if (await isStale(file, content.process)) await rm(file, { force: true }).catch(() => {});
    else for (const entry of content.entries) leased.add(entry);
  }
  return leased;
}

async function isStale(file: string, owner: ProcessIdentity): Promise<boolean> {
  const running = isRunning(owner);
  if (running !== undefined) return !running;
  const info = await stat(file).catch(() => undefined);
  return info === undefined || info.mtimeMs < Date.now() - STALE_MS;
}

/** Undefined where it went meanwhile, or is none. */
async function readLease(file: string): Promise<LeaseContent | undefined> {
  try {
    const { process: owner, entries } = JSON.parse(await readFile(file, 'utf8')) as Partial<LeaseContent>;
    return owner && Array.isArray(entries) ? { process: owner, entries } : undefined;
  } catch {
    return undefined;
  }
}
