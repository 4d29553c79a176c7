import type { Zyx } from '../../volume/volume.ts';
import {
  type ArchitectureFacts,
  architectureFacts,
  isValidCrop,
  nearestValidCrop,
} from '../architecture-facts.ts';
import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Path } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

/** Crops and tiles must fit the network: multiples of its downsampling, and larger than what it takes off. */
export const cropSize: Check<SegmentationConfiguration> = ({
  architecture,
  dataset,
  sampling,
  inference,
}) => {
  const facts = architectureFacts(architecture, dataset.channels.length, dataset.structures.length + 1);
  if (facts === undefined) return [];
  const findings = misfit(
    facts,
    architecture.name,
    sampling.crop_size,
    ['sampling', 'crop_size'],
    'the crop size',
  );
  if (inference.window !== undefined) {
    findings.push(
      ...misfit(facts, architecture.name, inference.window, ['inference', 'window'], 'the tile size'),
    );
  }
  return findings;
};

function misfit(facts: ArchitectureFacts, name: string, size: Zyx, path: Path, what: string): CheckFinding[] {
  if (isValidCrop(facts, size)) return [];
  const valid = nearestValidCrop(facts, size);
  const { cropMultiple, minimumCrop } = facts;
  const reason = cropMultiple.some(multiple => multiple > 1)
    ? `multiples of ${list(cropMultiple)} along z, y, x, because it lowers the resolution ${times(facts.levels.length - 1)}`
    : `at least ${list(minimumCrop)}, because its convolutions take ${facts.shrinkage[0]} voxels off each axis`;
  return [
    {
      severity: 'error',
      code: 'crop-size',
      message: `${what} ${list(size)} does not fit \`${name}\`, which needs ${reason}`,
      remedy: `The nearest size that fits is ${list(valid)}.`,
      path,
      related: [{ message: 'the architecture', path: ['architecture'] }],
      suggestion: list(valid),
    },
  ];
}

function list(size: Zyx): string {
  return `[${size.join(', ')}]`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
