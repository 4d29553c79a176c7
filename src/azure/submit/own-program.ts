import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { Fault } from '../../foundation/fault.ts';
import { ownEnvironment } from '../jobs/environment.ts';
import type { LocalFile, NewEnvironment } from '../workspace.ts';

/** What of the built program runs in an editor alone, or is only for people who debug it. */
const NOT_IN_JOBS = /^(webviews\/|node_modules\/|extension\.js|server\.js)|\.map$/;

/**
 * The environment for jobs with the very program that submits them.
 * @param script of the running program: `dist/innereye.js`.
 * @throws Fault where it runs from its sources.
 */
export async function programEnvironment(script: string): Promise<NewEnvironment> {
  const folder = dirname(script);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter(path => !NOT_IN_JOBS.test(path))
    .sort();
  if (!paths.includes('innereye.js')) {
    throw new Fault('jobs run the built program, and this is not built', {
      place: { file: folder },
      remedy: 'Build it with `npm run build` and run dist/innereye.js, or name an image in azure.image.',
    });
  }
  const hash = createHash('sha256');
  const files: LocalFile[] = [];
  for (const path of paths) {
    const file = join(folder, path);
    hash.update(`${path}\0`).update(await readFile(file));
    files.push({ path: `dist/${path}`, source: { file }, bytes: (await stat(file)).size });
  }
  return ownEnvironment(packageJson, files, hash.digest('hex'));
}
