import { architectureFacts, levelShapes } from '../../../src/config/architecture-facts.ts';
import { networkSize } from '../../../src/config/network-layers.ts';
import type { SegmentationConfiguration } from '../../../src/config/schema/configuration.ts';
import type { Zyx } from '../../../src/volume/volume.ts';

/** A network's levels, how many weights it has, and how far around a voxel it looks. */
export function architectureMarkdown({
  architecture,
  dataset,
  sampling,
  preprocessing,
}: SegmentationConfiguration) {
  const [channels, classes] = [dataset.channels.length, dataset.structures.length + 1];
  const facts = architectureFacts(architecture, channels, classes);
  const size = networkSize(architecture, channels, classes);
  if (facts === undefined || size === undefined)
    return 'A network from `plugins`; its size is known when it has been built.';
  const shapes = levelShapes(facts, sampling.crop_size);
  const rows = facts.levels.map(
    ({ features, scale, layers }, level) =>
      `| ${level + 1} | ${scale.join(' × ')} | ${shapes[level].join(' × ')} | ${Number(features.toFixed(1))} | ${layers} |`,
  );
  const spacing = preprocessing.flatMap(step => ('resample' in step ? [step.resample.spacing_mm] : []))[0];
  return [
    `**${size.parameters.toLocaleString('en')}** weights for ${count(channels, 'channel')} and ${classes} classes, the background among them.`,
    `Receptive field: ${size.receptiveField.join(' × ')} voxels (z × y × x)${inMillimetres(size.receptiveField, spacing)}.`,
    [
      '| Level | Downsampling | Feature map of a crop | Features | Layers |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  ].join('\n\n');
}

function inMillimetres(size: Zyx, spacing: Zyx | undefined): string {
  if (spacing === undefined) return '';
  return `, ${size.map((extent, axis) => Math.round(extent * spacing[axis]!)).join(' × ')} mm`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
