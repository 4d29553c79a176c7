import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Fault } from '../../foundation/fault.ts';
import type { LocalFile } from '../workspace.ts';
import { secretInText } from './secrets.ts';

/** What this program itself gives to plugins. */
const PROVIDED = /^(node:.+|innereye|zod|@tensorflow\/tfjs(-core)?)$/;

/**
 * Plugins and every file of this project that they import, at their paths relative to the folder that holds them all.
 * @returns the files, and the folder.
 * @throws Fault where a plugin needs a package, which a job would not have, or holds a secret.
 */
export async function pluginFiles(
  plugins: readonly string[],
): Promise<{ readonly folder: string; readonly files: readonly LocalFile[] }> {
  if (plugins.length === 0) return { folder: '', files: [] };
  const { build } = await import('esbuild');
  const root = resolve('/');
  const { metafile } = await build({
    entryPoints: [...plugins],
    absWorkingDir: root,
    outdir: resolve(root, 'unwritten'),
    bundle: true,
    write: false,
    metafile: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const paths = Object.entries(metafile.inputs).map(([path, { imports }]) => {
    const missing = imports.find(({ path: imported, external }) => external && !PROVIDED.test(imported));
    if (missing) throw needsPackage(resolve(root, path), missing.path);
    return resolve(root, path);
  });
  const folder = commonFolder(paths);
  const files = await Promise.all(
    paths.sort().map(async file => {
      const found = secretInText(await readFile(file, 'utf8'));
      if (found) throw holdsSecret(file, found);
      const path = file.slice(folder.length + 1).replaceAll('\\', '/');
      return { path, source: { file }, bytes: (await stat(file)).size };
    }),
  );
  return { folder, files };
}

function needsPackage(file: string, name: string): Fault {
  return new Fault(`the plugin imports the package ${name}, which a job does not have`, {
    place: { file },
    remedy: 'Bundle the plugin with what it needs into one file, and name that in `plugins`.',
  });
}

/** A file that the job must have and that shall not leave this machine. */
export const holdsSecret = (file: string, { what, line }: { what: string; line?: number }): Fault =>
  new Fault(`this looks like ${what}, and the job would get it`, {
    place: { file, ...(line !== undefined && { line }) },
    remedy: 'Take it out: a job reads its data by its own identity and needs no secrets.',
  });

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0]!);
  while (!files.every(file => file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`))) {
    if (folder === dirname(folder)) return folder;
    folder = dirname(folder);
  }
  return folder;
}
