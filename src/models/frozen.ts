import { Fault } from '../foundation/fault.ts';
import type { NetworkWeights } from './model.ts';

/**
 * Which parameters training leaves as they are, by their names.
 * @param parts beginnings of names, whole steps of the path: `encoder` means all of `encoder/…`
 * @throws Fault where the network has no such part, or no other.
 */
export function frozenIn(
  { parameters }: NetworkWeights,
  parts: readonly string[],
): (parameter: string) => boolean {
  const liesIn = (name: string, part: string) => name === part || name.startsWith(`${part}/`);
  for (const part of parts) {
    if (parameters.some(({ name }) => liesIn(name, part))) continue;
    const known = [...new Set(parameters.map(({ name }) => name.split('/')[0]))];
    throw new Fault(`the network has no part "${part}" that could be frozen`, {
      remedy: `Its parts are: ${known.join(', ')}.`,
    });
  }
  const frozen = (parameter: string): boolean => parts.some(part => liesIn(parameter, part));
  if (parameters.every(({ name }) => frozen(name))) {
    throw new Fault('all parts of the network are frozen, and nothing is left to learn', {
      place: { setting: 'training.frozen' },
      remedy: 'Leave one of them out.',
    });
  }
  return frozen;
}

/**
 * 1 for each value of the flat vector of weights that is trained, 0 for each that is frozen. A step multiplies its
 * change of the weights by it, so that weight decay leaves frozen weights alone too.
 */
export function trainedMask(
  { parameters }: NetworkWeights,
  frozen: (parameter: string) => boolean,
): Float32Array {
  const mask = new Float32Array(parameters.reduce((sum, { size }) => sum + size, 0));
  let offset = 0;
  for (const { name, size } of parameters) {
    if (!frozen(name)) mask.fill(1, offset, offset + size);
    offset += size;
  }
  return mask;
}
