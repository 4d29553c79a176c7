// Bundles the programs into dist/. The command line is split into chunks so that `innereye --help` loads no engine.
import { readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build, context } from 'esbuild';
import { options, webviews } from './bundling.mjs';

/**
 * What runs in Node: the command line, its loader threads, the language server, and in the extension host the extension,
 * as modules too: of a CommonJS bundle every line would be compiled at each start.
 */
const programs = {
  ...options,
  outdir: 'dist',
  entryPoints: {
    innereye: 'src/cli/main.ts',
    'loader-worker': 'src/pipeline/loader-worker.ts',
    'training-thread': 'src/debug/training-thread.ts',
    server: 'server/main.ts',
    extension: 'extension/main.ts',
  },
  external: ['vscode', ...options.external],
};

const bundles = [programs, ...webviews('dist/webviews')];
if (process.argv.includes('--watch')) {
  await Promise.all(bundles.map(async bundle => (await context(bundle)).watch()));
} else {
  const built = await Promise.all(bundles.map(bundle => build({ ...bundle, metafile: true })));
  // What an earlier build left is removed only now, so that a build that fails leaves a program that runs.
  const fresh = new Set(
    built.flatMap(({ metafile }) => Object.keys(metafile.outputs)).map(file => resolve(file)),
  );
  for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
    const file = resolve(entry.parentPath, entry.name);
    if (entry.isFile() && !fresh.has(file)) rmSync(file);
  }
}
