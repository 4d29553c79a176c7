// Bundles a TypeScript program of the benchmarks with the options of the product.
import { build } from 'esbuild';
import { options } from '../../scripts/bundling.mjs';

/** @returns path of the bundle. */
export async function bundle(entry) {
  const outfile = `dist/bench/${entry.replace(/^.*\//, '').replace(/\.ts$/, '.js')}`;
  await build({ ...options, entryPoints: [entry], outdir: undefined, splitting: false, outfile });
  return outfile;
}
