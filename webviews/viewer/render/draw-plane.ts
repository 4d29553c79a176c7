import { voxelCount } from '../../../src/volume/volume.ts';
import type { Layer } from '../model/layer.ts';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import type { VolumeData } from '../volume/volume-data.ts';
import { paintErrors, paintGreys, paintHeat, paintLabels } from './paint.ts';
import type { PlaneView } from './plane.ts';
import { type Grid, sampleLinear, sampleNearest } from './sample.ts';

/** The slices of a component that are there: those that have not come, or never will, are no zeros. */
function readPart({ shape, loaded }: VolumeData, component: number): Pick<Grid, 'shape' | 'first'> {
  const first = voxelCount(shape) * component;
  const [Z, Y, X] = shape;
  const slices = Math.floor((loaded - first) / (X * Y));
  return { first, shape: [Math.max(0, Math.min(Z, slices)), Y, X] };
}

/** Memory that a plane is drawn in, kept from one drawing to the next. */
export class Surface {
  image = new ImageData(1, 1);
  private pixels = new Uint32Array(1);
  private values = new Float32Array(1);
  private labels: Uint16Array[] = [];

  /** Draws the volumes of a view as a plane shows them. */
  draw(view: View, scene: Scene, plane: PlaneView, thickness: number): void {
    this.resize(plane.width, plane.height);
    this.pixels.fill(0xff000000);
    const smooth = scene.smooth.value;
    let first = true;
    for (const layer of view.images.value) {
      const volume = layer.volume.value;
      if (!volume || !layer.visible.value) continue;
      const grid = { ...volume, ...readPart(volume, layer.component.value) };
      this.values.fill(Number.NaN);
      (smooth ? sampleLinear : sampleNearest)(grid, plane, this.values);
      if (first) paintGreys(this.values, layer.window.value, volume.slope, volume.intercept, this.pixels);
      else
        paintHeat(
          this.values,
          layer.window.value,
          volume.slope,
          volume.intercept,
          layer.opacity.value,
          this.pixels,
        );
      first = false;
    }
    const { truth, prediction } = { truth: view.truth.value, prediction: view.prediction.value };
    const compared = scene.errors.value && truth && prediction;
    let used = 0;
    for (const layer of view.maps.value) {
      if (compared && (layer === truth || layer === prediction)) continue;
      if (!layer.visible.value) continue;
      const labels = this.sampleLabels(layer, plane, used++);
      paintLabels(
        labels,
        plane.width,
        {
          colors: layer.colors.value,
          opacity: layer.opacity.value,
          outline: layer.outline.value,
          thickness: layer === truth ? 2 * thickness : thickness,
        },
        this.pixels,
      );
    }
    if (compared) {
      const [p, t] = [this.sampleLabels(prediction, plane, used), this.sampleLabels(truth, plane, used + 1)];
      const shown = { prediction: prediction.colors.value, truth: truth.colors.value };
      paintErrors(p, t, shown, 0.85, this.pixels);
    }
  }

  private sampleLabels(layer: Layer, plane: PlaneView, index: number): Uint16Array {
    const map = layer.map.value!;
    layer.revision.value;
    const length = plane.width * plane.height;
    if (this.labels[index]?.length !== length) this.labels[index] = new Uint16Array(length);
    const labels = this.labels[index]!;
    labels.fill(0);
    sampleNearest({ data: map.labels, shape: map.shape, inverse: map.inverse }, plane, labels);
    return labels;
  }

  private resize(width: number, height: number): void {
    if (this.image.width === width && this.image.height === height) return;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.values = new Float32Array(width * height);
    this.labels = [];
  }
}
