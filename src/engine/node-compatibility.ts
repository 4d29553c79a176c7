import util from 'node:util';

/** TF.js's Node kernels call two functions that Node 23 took out of `util`. */
const removed: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: value => value === null || value === undefined,
  isArray: Array.isArray,
};
for (const [name, replacement] of Object.entries(removed)) {
  if (!(name in util)) Object.defineProperty(util, name, { value: replacement });
}
