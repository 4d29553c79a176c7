import { architectureFacts, isValidCrop, outputSize } from '../../../src/config/architecture-facts.ts';
import { estimateStepMemory, formatBytes } from '../../../src/config/memory.ts';
import type { SegmentationConfiguration } from '../../../src/config/schema/configuration.ts';
import type { Zyx } from '../../../src/volume/volume.ts';

/** What a crop holds, how large it is in the patient, and the memory that one training step takes. */
export function cropMarkdown(settings: SegmentationConfiguration): string {
  const { sampling, training } = settings;
  const memory = estimateStepMemory(settings);
  const lines = [sizeText(sampling.crop_size, settings)];
  if (memory !== undefined) {
    const crops = `${training.batch_size} ${training.batch_size === 1 ? 'crop' : 'crops'}`;
    lines.push(
      `One training step of ${crops} takes about **${formatBytes(memory.total)}** of memory: ${formatBytes(memory.activations)} for feature maps, ${formatBytes(memory.weights)} for weights and optimizer, the rest for the program.`,
    );
  }
  return [...lines, ...networkText(sampling.crop_size, settings)].join('\n\n');
}

export function tileMarkdown(settings: SegmentationConfiguration): string | undefined {
  const { window } = settings.inference;
  if (window === undefined) return undefined;
  return [sizeText(window, settings), ...networkText(window, settings)].join('\n\n');
}

/** Voxels, and millimetres where all volumes are brought to one spacing. */
function sizeText(size: Zyx, settings: SegmentationConfiguration): string {
  const voxels = size[0] * size[1] * size[2];
  const spacing = spacingOf(settings);
  const text = `${size.join(' × ')} (z × y × x) = ${voxels.toLocaleString('en')} voxels`;
  if (spacing === undefined) return `${text}. Their size in mm is that of each scan: nothing is resampled.`;
  const millimetres = size.map((extent, axis) => Number((extent * spacing[axis]!).toFixed(1)));
  return `${text}, ${millimetres.join(' × ')} mm at a spacing of ${spacing.join(' × ')} mm.`;
}

function spacingOf({ preprocessing }: SegmentationConfiguration): Zyx | undefined {
  for (const step of preprocessing) if ('resample' in step) return step.resample.spacing_mm;
  return undefined;
}

/** What the network asks of an input, where it asks something. */
function networkText(size: Zyx, { architecture, dataset }: SegmentationConfiguration): string[] {
  const facts = architectureFacts(architecture, dataset.channels.length, dataset.structures.length + 1);
  if (facts === undefined) return [];
  const { cropMultiple, minimumCrop, shrinkage } = facts;
  const lines: string[] = [];
  if (cropMultiple.some(multiple => multiple > 1))
    lines.push(`\`${architecture.name}\` takes multiples of ${cropMultiple.join(', ')} along z, y, x.`);
  if (shrinkage.some(lost => lost > 0)) {
    const output = isValidCrop(facts, size)
      ? `, so that ${outputSize(facts, size).join(' × ')} are left`
      : '';
    lines.push(
      `\`${architecture.name}\` needs ${minimumCrop.join(' × ')} voxels at least; its output is ${shrinkage.join(' × ')} smaller${output}.`,
    );
  }
  return lines;
}
