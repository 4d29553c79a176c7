// npm run azureml:stand-in: Azure Machine Learning on this machine, for trying things out (test/azureml).
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = resolve('node_modules/.cache/innereye/azureml-stand-in');
await build({
  entryPoints: ['test/azureml/start.ts'],
  outfile: join(folder, 'start.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
await import(pathToFileURL(join(folder, 'start.mjs')).href);
