import type { SceneVolume } from '../../../src/contracts/viewer.ts';
import { encodeNifti } from '../../../src/volume/formats/nifti-encode.ts';
import { voxelCount } from '../../../src/volume/volume.ts';
import type { LabelMap } from '../volume/label-map.ts';
import { Layer } from './layer.ts';
import { hideOriginal, type Scene } from './scene.ts';
import type { View } from './view.ts';

/** The map that the brush works in: a drawing that is shown, else the map that the first stroke would copy. */
export function layerBeingEdited(view: View): Layer | undefined {
  const maps = view.maps.value.filter(layer => layer.visible.value);
  return (
    maps.find(layer => layer.meta.drawing) ?? maps.find(layer => layer.role.value !== 'truth') ?? maps[0]
  );
}

/** The name of the drawing that the brush works in, or will when it has begun. */
export const nameOfDrawing = ({ meta }: Layer): string => (meta.drawing ? meta.name : editedName(meta.name));

const editedName = (name: string) => `${name} (edited)`;

/**
 * The drawing that a stroke goes into. What comes from a file is never drawn in: it is copied, so that a model's
 * prediction under review and what is measured of it stay what they are.
 */
export function beginDrawing(scene: Scene, view: View): Layer | undefined {
  const original = layerBeingEdited(view);
  const map = original?.map.value;
  if (!original || !map || original.meta.drawing) return original;
  const { name, file, structures } = original.meta;
  const layer = new Layer(
    {
      ...newDrawing(editedName(name), nameForSaving(file), file),
      ...(structures && { structures }),
    },
    scene.structures,
  );
  layer.adopt({ ...map, labels: map.labels.slice() }, original.names.value, original.extents.value);
  layer.opacity.value = original.opacity.value || layer.opacity.value;
  hideOriginal(view, file);
  view.layers.value = [...view.layers.value, layer];
  return layer;
}

/** What is known of a drawing that begins: `of` is the file of the map that it is a copy of. */
const newDrawing = (name: string, file: string, of: string): SceneVolume => ({
  id: `drawing-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`,
  name,
  file,
  url: '',
  role: 'labels',
  drawing: { of },
});

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
  const layer = new Layer(newDrawing('New labels', siblingName(base.meta.file), ''), scene.structures);
  if (scene.structures.list.value.length === 0) scene.structures.declare([{ name: 'Structure 1' }]);
  const first = scene.structures.selected.value ?? scene.structures.list.value[0]!.name;
  scene.structures.selected.value = first;
  layer.adopt({ labels, shape, affine, inverse }, new Map([[1, first]]));
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
