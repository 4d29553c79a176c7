import { encodeNifti } from '../../../src/volume/formats/nifti-encode.ts';
import { voxelCount } from '../../../src/volume/volume.ts';
import type { LabelMap } from '../volume/label-map.ts';
import { Layer } from './layer.ts';
import type { Scene } from './scene.ts';
import type { View } from './view.ts';

/** The label map that the brush changes: the first one shown, predictions and unknown ones before ground truth. */
export function layerBeingEdited(view: View): Layer | undefined {
  const maps = view.maps.value.filter(layer => layer.visible.value);
  return maps.find(layer => layer.role.value !== 'truth') ?? maps[0];
}

/** The value of the selected structure in a map; a structure that the map does not have gets the next free value. */
export function labelBeingDrawn(scene: Scene, layer: Layer): number {
  const names = layer.names.value;
  const wanted = scene.structures.selected.value ?? names.values().next().value;
  for (const [value, name] of names) if (name === wanted) return value;
  const value = Math.max(0, ...names.keys()) + 1;
  layer.name(value, wanted ?? 'New structure');
  return value;
}

/** An empty label map on the grid of the view's scan, laid over it. */
export function addEmptyMap(scene: Scene, view: View): void {
  const base = view.base.value;
  const volume = base?.volume.value;
  if (!volume) return;
  const labels = new Uint8Array(voxelCount(volume.shape));
  const { shape, affine, inverse } = volume;
  const name = 'New labels';
  const layer = new Layer(
    { id: `new-${Date.now()}`, name, role: 'labels', url: '', file: siblingName(base.meta.file) },
    scene.structures,
  );
  if (scene.structures.list.value.length === 0) scene.structures.declare([{ name: 'Structure 1' }]);
  const first = scene.structures.selected.value ?? scene.structures.list.value[0]!.name;
  scene.structures.selected.value = first;
  layer.adopt(
    {
      data: labels,
      shape,
      affine,
      inverse,
      components: 1,
      slope: 1,
      intercept: 0,
      intent: 0,
      loaded: labels.length,
    },
    { labels, shape, affine, inverse },
    new Map([[1, first]]),
  );
  view.layers.value = [...view.layers.value, layer];
}

const siblingName = (file: string) => `${file.replace(/\.(nii\.gz|[^./\\]+)$/i, '')}_labels.nii.gz`;

/** A name for the edited map beside its file, which itself stays as it is. */
export const nameForSaving = (file: string): string =>
  /_labels\.nii\.gz$/.test(file) ? file : `${file.replace(/\.(nii\.gz|[^./\\]+)$/i, '')}_edited.nii.gz`;

/** The bytes of a label map as .nii.gz: an integer type, its affine, and the intent that marks labels. */
export async function packLabels(map: LabelMap): Promise<Uint8Array> {
  const bytes = encodeNifti(
    'labels.nii.gz',
    { data: map.labels, shape: map.shape, affine: map.affine },
    { intent: 'label' },
  );
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
