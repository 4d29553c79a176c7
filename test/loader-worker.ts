import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { options } from '../scripts/bundling.mjs';

/** Bundles the loader threads' entry for tests, which run from the sources; beside node_modules, where it finds packages. */
export async function setup(): Promise<() => void> {
  const folder = mkdtempSync(resolve('node_modules/.innereye-test-'));
  const outfile = join(folder, 'loader-worker.mjs');
  await build({
    ...options,
    splitting: false,
    entryPoints: ['src/pipeline/loader-worker.ts'],
    outfile,
    sourcemap: 'inline',
  });
  process.env.INNEREYE_LOADER_WORKER = outfile;
  return () => rmSync(folder, { recursive: true, force: true });
}
