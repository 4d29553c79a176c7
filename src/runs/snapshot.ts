import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, link, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { ResolvedConfiguration } from '../config/load-configuration.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { makeFolder } from '../foundation/folder.ts';

/** A file to keep with the run. */
export interface SnapshotFile {
  /** Absolute path. */
  readonly file: string;
  readonly content: string;
}

/** The files of a configuration's chain; presets, which are part of the program, lie in a folder of their own. */
export const sourcesOf = ({ file, files }: Pick<ResolvedConfiguration, 'file' | 'files'>): SnapshotFile[] =>
  files.map(({ file: path, kind, content }) => ({
    file: kind === 'preset' ? join(dirname(file), 'presets', `${path.replace(/^preset:/, '')}.yaml`) : path,
    content,
  }));

/**
 * Keeps the sources of a run in its `code/` folder. Contents lie once in `<outputs>/.code/<sha256>` and are linked, so
 * that a hundred runs of one configuration share a copy.
 */
export async function takeSnapshot(runFolder: string, files: readonly SnapshotFile[]): Promise<void> {
  const store = join(dirname(runFolder), '.code');
  const root = commonFolder(files.map(({ file }) => file));
  for (const { file, content } of files) {
    const hash = createHash('sha256').update(content).digest('hex');
    const stored = join(store, hash);
    if (!(await stat(stored).catch(() => undefined))) await writeFileAtomically(stored, content);
    const target = join(runFolder, 'code', relative(root, file));
    await makeFolder(dirname(target));
    // File systems without hard links get a copy.
    await link(stored, target).catch(() => copyFile(stored, target));
  }
}

/** The deepest folder that holds all files. */
function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '/');
  const holds = (file: string) => {
    const path = relative(folder, file);
    return !path.startsWith('..') && !isAbsolute(path);
  };
  while (!files.every(holds) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

/** Commit, branch and whether files differ from it; undefined outside of a repository. */
export async function gitState(
  folder: string,
): Promise<{ commit: string; branch: string; dirty: boolean } | undefined> {
  const git = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder, timeout: 10_000 });
    return stdout.trim();
  };
  try {
    const [commit, branch, changes] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('rev-parse', '--abbrev-ref', 'HEAD'),
      git('status', '--porcelain'),
    ]);
    return { commit, branch, dirty: changes !== '' };
  } catch {
    return undefined;
  }
}
