import { connectedComponents } from '../../volume/connected-components.ts';
import { boundingBox } from '../../volume/distance-transform.ts';
import type { Zyx } from '../../volume/volume.ts';
import { classOf, type Segmentation } from './segmentation.ts';

export interface LargestComponent {
  readonly structures: readonly string[];
  readonly threshold?: number | undefined;
}

/**
 * Keeps the largest connected part (6 neighbours) of each structure, of equal ones the first; with a threshold below
 * 0.5 all parts with at least that share of the structure's voxels, and the largest if there is none (InnerEye's
 * `largest_connected_component_foreground_classes`). The voxels of other parts become background.
 */
export function largestComponent(
  segmentation: Segmentation,
  { structures, threshold }: LargestComponent,
): Segmentation {
  const labels = segmentation.labels.slice();
  for (const structure of structures) {
    const label = classOf(structure, segmentation.structures, 'largest_component');
    keepLargest(labels, segmentation.shape, label, threshold);
  }
  return { ...segmentation, labels };
}

function keepLargest(labels: Uint8Array, shape: Zyx, label: number, threshold: number | undefined): void {
  const mask = labels.map(value => Number(value === label));
  const box = boundingBox(mask, shape);
  if (!box) return;
  // Slices without the structure hold no part of it.
  const slice = shape[1] * shape[2];
  const start = box.start[0] * slice;
  const part = mask.subarray(start, box.end[0] * slice);
  const components = connectedComponents(part, [box.end[0] - box.start[0], shape[1], shape[2]], 6);
  const keep = keptComponents(components.sizes, threshold);
  for (let index = 0; index < part.length; index++) {
    if (part[index] !== 0 && !keep[components.labels[index]!]) labels[start + index] = 0;
  }
}

/** For each component whether it stays; entry 0, the background, is false. */
function keptComponents(sizes: Int32Array, threshold: number | undefined): boolean[] {
  const foreground = sizes.slice(1);
  const total = foreground.reduce((sum, size) => sum + size, 0);
  if (threshold !== undefined && threshold < 0.5) {
    const large = [...foreground].map(size => size >= threshold * total);
    if (large.includes(true)) return [false, ...large];
  }
  const largest = foreground.reduce((best, size, index) => (size > foreground[best]! ? index : best), 0);
  return [false, ...Array.from(foreground, (_, index) => index === largest)];
}
