// Bundles the programs into dist/. Commands are split into chunks so that `innereye --help` loads no engine.
import { rmSync } from 'node:fs';
import { build, context } from 'esbuild';
import { options } from './bundling.mjs';

const programs = {
  ...options,
  outdir: 'dist',
  entryPoints: {
    innereye: 'src/cli/main.ts',
    'loader-worker': 'src/pipeline/loader-worker.ts',
  },
};

if (process.argv.includes('--watch')) {
  await (await context(programs)).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  await build(programs);
}
