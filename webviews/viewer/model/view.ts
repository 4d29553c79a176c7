import { computed, type Signal, signal } from '@preact/signals';
import type { VolumeRole } from '../../../src/contracts/viewer.ts';
import type { Xyz } from '../../../src/volume/volume.ts';
import type { StructureComparison } from '../measure/measure.ts';
import { type Frame, frameOf, type Navigation, PATIENT_FRAME } from '../render/plane.ts';
import { indexOf, snap, valueAt, voxelAt } from '../volume/volume-data.ts';
import type { Layer } from './layer.ts';

/** Before anything is known of the volumes. */
export const NOWHERE: Navigation = { crosshair: [0, 0, 0], centre: [0, 0, 0], mmPerPixel: 1 };

/** What the crosshair stands on in one volume. */
export interface Reading {
  readonly layer: Layer;
  readonly value: number | 'unread' | undefined;
  /** Name of the label, for label maps. */
  readonly label?: string | undefined;
}

let made = 0;

/** A scan and what is laid over it, seen from three sides. */
export class View {
  /** Unlike that of any other view. */
  readonly id = ++made;
  readonly layers = signal<readonly Layer[]>([]);
  /** The view's own, or one that it shares with the other views. */
  readonly navigation: Signal<Signal<Navigation>>;
  readonly comparisons = signal<readonly StructureComparison[] | 'measuring' | undefined>(undefined);
  readonly comparisonFault = signal<string | undefined>(undefined);

  /** The volume that the planes are those of: the first scan, else the first volume. */
  readonly base = computed<Layer | undefined>(() => {
    const there = this.layers.value.filter(layer => layer.volume.value);
    return there.find(layer => !layer.isLabels.value) ?? there[0];
  });
  readonly frame = computed<Frame>(() => {
    const volume = this.base.value?.volume.value;
    return volume ? frameOf(volume) : PATIENT_FRAME;
  });
  readonly images = computed(() => this.layers.value.filter(layer => !layer.isLabels.value));
  readonly maps = computed(() => this.layers.value.filter(layer => layer.isLabels.value && layer.map.value));
  readonly truth = computed(() => this.mapOf('truth'));
  readonly prediction = computed(() => this.mapOf('prediction'));

  constructor(
    readonly title: string,
    navigation: Signal<Navigation>,
  ) {
    this.navigation = signal(navigation);
  }

  /** The map of a role: the one that is shown, as an original is hidden where it was drawn into a copy. */
  private mapOf(role: VolumeRole): Layer | undefined {
    const maps = this.maps.value.filter(layer => layer.role.value === role);
    return maps.find(layer => layer.visible.value) ?? maps[0];
  }

  /** Puts the crosshair on the voxel nearest to a place. */
  lookAt(mm: Xyz): void {
    const volume = this.base.value?.volume.value;
    const navigation = this.navigation.value;
    navigation.value = { ...navigation.value, crosshair: volume ? snap(volume, mm) : mm };
  }

  /** Moves the crosshair by whole voxels of the base along a unit vector. */
  step(direction: Xyz, voxels: number): void {
    const volume = this.base.value?.volume.value;
    if (!volume) return;
    // The voxel axis that runs nearest to the direction, so that oblique grids are walked voxel by voxel.
    const { affine } = volume;
    const along = [0, 1, 2].map(axis => {
      const column: Xyz = [affine[axis]!, affine[4 + axis]!, affine[8 + axis]!];
      const length = Math.hypot(...column);
      return {
        column,
        cosine: (column[0] * direction[0] + column[1] * direction[1] + column[2] * direction[2]) / length,
      };
    });
    const best = along.reduce((a, b) => (Math.abs(b.cosine) > Math.abs(a.cosine) ? b : a));
    const sense = Math.sign(best.cosine) * voxels;
    const { crosshair } = this.navigation.value.value;
    this.lookAt([0, 1, 2].map(i => crosshair[i]! + sense * best.column[i]!) as unknown as Xyz);
  }

  /** What each volume has under the crosshair. */
  readings(): Reading[] {
    const { crosshair } = this.navigation.value.value;
    return this.layers.value.flatMap((layer): Reading[] => {
      const volume = layer.volume.value;
      layer.revision.value;
      if (!volume) return [];
      const map = layer.map.value;
      if (!layer.isLabels.value || !map)
        return [{ layer, value: valueAt(volume, crosshair, layer.component.value) }];
      const index = indexOf(map, voxelAt(map, crosshair));
      const value = index === undefined ? undefined : map.labels[index]!;
      return [
        {
          layer,
          value,
          label: value === undefined ? undefined : value === 0 ? 'background' : layer.names.value.get(value),
        },
      ];
    });
  }
}
