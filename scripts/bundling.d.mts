import type { BuildOptions } from 'esbuild';

export const options: BuildOptions;
export declare function webviews(outdir: string): BuildOptions[];
