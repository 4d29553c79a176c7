import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { options } from '../scripts/bundling.mjs';

/** The command line, bundled for a test. */
export interface CommandLine {
  readonly program: string;
  remove(): void;
}

/** Bundles the command line below node_modules, so that it finds the packages that are not bundled. */
export async function buildCommandLine(): Promise<CommandLine> {
  const outdir = resolve('node_modules/.cache/innereye', `command-line-${process.pid}`);
  await build({ ...options, outdir, entryPoints: { innereye: 'src/cli/main.ts' } });
  return {
    program: join(outdir, 'innereye.js'),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}
