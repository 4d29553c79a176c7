import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Path } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

const LEFT = /(^|[_\s-])l(eft)?($|[_\s-])/i;
const RIGHT = /(^|[_\s-])r(ight)?($|[_\s-])/i;

/** Mirroring left and right teaches a network that they are the same, where structures tell them apart. */
export const mirroring: Check<SegmentationConfiguration> = ({ dataset, augmentation, inference }) => {
  const names = dataset.structures.map(({ name }) => name);
  const left = names.find(name => LEFT.test(name));
  const right = names.find(name => RIGHT.test(name));
  if (left === undefined || right === undefined) return [];
  const finding = (path: Path): CheckFinding => ({
    severity: 'warning',
    code: 'mirrored-sides',
    message: `mirroring along x swaps left and right, which \`${left}\` and \`${right}\` tell apart`,
    remedy: 'Leave out x, if that is the axis from left to right in these scans.',
    path,
    related: [{ message: 'the structures', path: ['dataset', 'structures'] }],
  });
  const flips = augmentation.flatMap((step, index) =>
    'random_flip' in step && step.random_flip.axes.includes('x')
      ? [finding(['augmentation', index, 'random_flip', 'axes'])]
      : [],
  );
  return inference.mirror.includes('x') ? [...flips, finding(['inference', 'mirror'])] : flips;
};
