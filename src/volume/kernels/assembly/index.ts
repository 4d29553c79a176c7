// What src/volume/kernels/kernels.ts calls. Compiled by scripts/kernels.mjs.
export { blendLines32, blendLines64, blendRows32, blendRows64 } from './blend';
export { contourSlice } from './contour';
export { parabolas, rowSquares } from './parabolas';
export { filterLines32, filterLines64, filterRows32, filterRows64 } from './smooth';

/** Where free memory begins: nothing is allocated here, the caller lays out what comes behind. */
export function free(): usize {
  return __heap_base;
}
