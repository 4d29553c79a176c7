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

const browser = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: 'chrome120',
  minify: true,
  sourcemap: true,
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

/**
 * What runs in webviews: a browser without any host but the editor. The viewer is split, so that the library for 3D is
 * loaded when it is asked for; its worker is started from its text and so must be whole.
 * @param {string} outdir
 * @returns {import('esbuild').BuildOptions[]}
 */
export const webviews = outdir => [
  {
    ...browser,
    outdir,
    entryPoints: {
      run: 'webviews/run/main.tsx',
      'runs-table': 'webviews/runs-table/main.tsx',
      comparison: 'webviews/comparison/main.tsx',
      search: 'webviews/search/main.tsx',
    },
  },
  {
    ...browser,
    outdir,
    entryPoints: { viewer: 'webviews/viewer/main.tsx' },
    splitting: true,
    // Codecs of Zarr, which NiiVue loads when it meets such a volume: it never does here.
    external: ['numcodecs/*'],
    chunkNames: 'viewer-[name]-[hash]',
  },
  { ...browser, outdir, entryPoints: { 'viewer-measure': 'webviews/viewer/measure/worker.ts' } },
];
