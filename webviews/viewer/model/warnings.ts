import { boundsOf, type VolumeData } from '../volume/volume-data.ts';
import type { Layer } from './layer.ts';
import type { View } from './view.ts';

/** What one should know of a volume before one believes what is seen of it. */
export function warningsOf(layer: Layer, view: View): string[] {
  const volume = layer.volume.value;
  if (!volume) return [];
  const { name } = layer.meta;
  const warnings: string[] = [];
  if (layer.fault.value) {
    warnings.push(
      layer.isLabels.value
        ? `${name} was not read whole, so its labels are not shown.`
        : `Only ${Math.floor(100 * layer.share.value)} % of ${name} was read: what is missing stays black.`,
    );
  }
  if (layer.sample.value?.length === 0 && !layer.isLabels.value)
    warnings.push(`${name} has no value that is a number (NaN or infinite everywhere).`);
  const base = view.base.value;
  if (base?.volume.value && base !== layer && !meet(base.volume.value, volume))
    warnings.push(`${name} lies elsewhere than ${base.meta.name}: they have no place in common.`);
  return warnings;
}

/** Whether the boxes around two volumes have something in common. */
function meet(a: VolumeData, b: VolumeData): boolean {
  const [one, other] = [boundsOf(a), boundsOf(b)];
  return [0, 1, 2].every(axis => one.low[axis]! < other.high[axis]! && other.low[axis]! < one.high[axis]!);
}
