import { layerBeingEdited, nameOfDrawing } from '../model/editing.ts';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import { voxelAt } from '../volume/volume-data.ts';

/** Where the crosshair stands and what is there. */
export function Status({ scene, view }: { scene: Scene; view: View }) {
  const base = view.base.value?.volume.value;
  if (!base) return <footer class="status" />;
  const { crosshair } = view.navigation.value.value;
  const several = view.layers.value.length > 1;
  const drawing = drawingText(scene, view);
  return (
    <footer class="status" aria-live="polite">
      {drawing && (
        <span class="drawing" title="What the brush writes, and where">
          {drawing}
        </span>
      )}
      <span title="Right, anterior, superior (RAS+) in mm">
        <b>RAS</b> {crosshair.map(mm => (mm + 0).toFixed(1)).join(', ')} mm
      </span>
      <span title="Voxel x, y, z of the scan, from 0">
        <b>Voxel</b> {voxelAt(base, crosshair).join(', ')}
      </span>
      {view.readings().map(({ layer, value, label }) => (
        <span key={layer.meta.id} class={label === undefined ? 'reading' : 'reading label'}>
          <b>{label === undefined && !several ? 'Value' : layer.meta.name}</b> {label ?? valueText(value)}
          {label !== undefined && value !== 0 && ` (${value})`}
        </span>
      ))}
    </footer>
  );
}

function valueText(value: number | 'unread' | undefined): string {
  if (value === undefined) return 'outside';
  return value === 'unread' ? 'not read' : String(Number(value.toPrecision(6)));
}

/** What the brush does while it is chosen: no one shall change a volume without knowing which. */
function drawingText(scene: Scene, view: View): string | undefined {
  const tool = scene.tool.value;
  const layer = layerBeingEdited(view);
  if ((tool !== 'brush' && tool !== 'erase') || !layer) return undefined;
  const name = nameOfDrawing(layer);
  if (tool === 'erase') return `Erasing: all labels of ${name}`;
  const structure = scene.structures.selected.value ?? layer.names.value.values().next().value;
  return `Drawing: ${structure ?? 'New structure'} into ${name}`;
}
