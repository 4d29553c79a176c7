// Bundles the programs into dist/. Commands are split into chunks so that `innereye --help` loads no engine.
import { rmSync } from 'node:fs';
import { build, context } from 'esbuild';

/** Packages that hold native code or data files and stay in node_modules. */
const external = ['koffi', 'h5wasm', '@itk-wasm/*', 'itk-wasm', '@tensorflow/tfjs-backend-wasm', 'esbuild'];

const options = {
  entryPoints: {
    innereye: 'src/cli/main.ts',
    'loader-worker': 'src/pipeline/loader-worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  external,
  // TF.js's Node kernels ask for the whole of TF.js; its core is all they use.
  alias: { '@tensorflow/tfjs': '@tensorflow/tfjs-core' },
  // Bundled CommonJS modules call require().
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  await build(options);
}
