// How the programs are bundled, for the build and for whatever else runs the sources.

/** Packages that hold native code or data files and stay in node_modules. */
const external = ['koffi', 'h5wasm', '@itk-wasm/*', 'itk-wasm', '@tensorflow/tfjs-backend-wasm', 'esbuild'];

/** @type {import('esbuild').BuildOptions} */
export const options = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  external,
  // TF.js's Node kernels ask for the whole of TF.js; its core is all they use.
  alias: { '@tensorflow/tfjs': '@tensorflow/tfjs-core' },
  // Bundled CommonJS modules call require() and look for their folder.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      "import { fileURLToPath as __fileURLToPath } from 'node:url';",
      'const require = __createRequire(import.meta.url);',
      'const __filename = __fileURLToPath(import.meta.url);',
      "const __dirname = __fileURLToPath(new URL('.', import.meta.url));",
    ].join('\n'),
  },
  logLevel: 'warning',
};
