import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the entry of the loader threads for the tests, which run from the sources: Node cannot start a thread from
 * TypeScript. It lies below the repository, so that packages outside the bundle are found.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = resolve('node_modules/.cache/innereye', `loader-worker-${process.pid}`);
  const outfile = join(folder, 'loader-worker.js');
  await mkdir(folder, { recursive: true });
  try {
    await build({
      entryPoints: ['src/pipeline/loader-worker.ts'],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      sourcemap: 'inline',
      packages: 'external',
      logLevel: 'error',
    });
    process.env.INNEREYE_LOADER_WORKER = outfile;
  } catch {
    // esbuild has said what is wrong; tests that start loader threads will fail, the others need not.
  }
  return () => rm(folder, { recursive: true, force: true });
}
