import { layerBeingEdited } from '../model/editing.ts';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import type { Actions } from './actions.ts';
import { IconButton } from './icon.tsx';

/** What the brush is like, and what becomes of what it draws. */
export function BrushSettings({ scene, view, actions }: { scene: Scene; view: View; actions: Actions }) {
  const layer = layerBeingEdited(view);
  // Each stroke is a revision.
  layer?.revision.value;
  const history = layer?.history;
  return (
    <div class="group brush-bar" role="toolbar" aria-label="Brush">
      <label class="inline">
        Size
        <input
          type="range"
          min={1}
          max={60}
          step={0.5}
          value={scene.brushMm.value}
          aria-label="Diameter of the brush in mm"
          onInput={event => {
            scene.brushMm.value = event.currentTarget.valueAsNumber;
          }}
        />
        <output>{scene.brushMm.value} mm</output>
      </label>
      <label class="inline" title="Draws a ball through neighbouring slices instead of a disc">
        <input
          type="checkbox"
          checked={scene.brushBall.value}
          onChange={event => {
            scene.brushBall.value = event.currentTarget.checked;
          }}
        />
        3D
      </label>
      <IconButton icon="undo" label="Undo (Ctrl+Z)" disabled={!history?.canUndo} onClick={actions.undo} />
      <IconButton icon="redo" label="Redo (Ctrl+Y)" disabled={!history?.canRedo} onClick={actions.redo} />
      <IconButton
        icon="save"
        text="Save as…"
        label="Save the labels as a new NIfTI file"
        disabled={!layer?.edited.value}
        onClick={actions.saveLabels}
      />
    </div>
  );
}
