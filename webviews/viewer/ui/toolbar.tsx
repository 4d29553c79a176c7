import { addEmptyMap, layerBeingEdited } from '../model/editing.ts';
import type { Scene, Tool } from '../model/scene.ts';
import { ADDED, MISSED } from '../render/paint.ts';
import type { PlaneName } from '../render/plane.ts';
import type { Actions } from './actions.ts';
import { IconButton, type IconName } from './icon.tsx';

const TOOLS: readonly [tool: Tool, icon: IconName, label: string][] = [
  ['navigate', 'crosshair', 'Move the crosshair (drag)'],
  ['window', 'contrast', 'Window and level (drag; the right button does it with every tool)'],
  ['brush', 'brush', 'Draw the selected structure'],
  ['erase', 'erase', 'Erase labels'],
];

const LAYOUTS: readonly [layout: 'planes' | PlaneName, name: string][] = [
  ['planes', 'Three planes'],
  ['axial', 'Axial'],
  ['coronal', 'Coronal'],
  ['sagittal', 'Sagittal'],
];

export function Toolbar({
  scene,
  actions,
  panel,
  onPanel,
}: {
  scene: Scene;
  actions: Actions;
  panel: boolean;
  onPanel: () => void;
}) {
  const view = scene.view.value;
  const tool = scene.tool.value;
  const drawing = tool === 'brush' || tool === 'erase';
  const choose = (wanted: Tool) => {
    scene.tool.value = wanted;
    if (view && (wanted === 'brush' || wanted === 'erase') && view.maps.value.length === 0)
      addEmptyMap(scene, view);
  };
  return (
    <div class="toolbar" role="toolbar" aria-label="Viewer">
      <div class="group">
        {TOOLS.map(([name, icon, label]) => (
          <IconButton
            key={name}
            icon={icon}
            label={label}
            pressed={tool === name}
            onClick={() => choose(name)}
          />
        ))}
      </div>
      {drawing && view && <BrushSettings scene={scene} actions={actions} />}
      <div class="group">
        <select
          aria-label="Layout"
          value={scene.layout.value === 'render' ? 'planes' : scene.layout.value}
          onChange={event => {
            scene.layout.value = event.currentTarget.value as PlaneName;
          }}
        >
          {LAYOUTS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
        <IconButton icon="fit" label="Show everything (0)" onClick={() => view && scene.fit(view)} />
        {scene.views.value.length > 1 && (
          <IconButton
            icon="link"
            label="Views share crosshair and zoom"
            pressed={scene.synchronized.value}
            onClick={() => scene.synchronize(!scene.synchronized.value)}
          />
        )}
        <button
          type="button"
          class="tool wide"
          title="Which way round the patient is shown"
          onClick={() => {
            scene.convention.value =
              scene.convention.value === 'radiological' ? 'neurological' : 'radiological';
          }}
        >
          {scene.convention.value === 'radiological' ? 'Radiological' : 'Neurological'}
        </button>
        <button
          type="button"
          class="tool wide"
          title="Interpolate between voxels (I)"
          aria-pressed={scene.smooth.value}
          onClick={() => {
            scene.smooth.value = !scene.smooth.value;
          }}
        >
          Smooth
        </button>
      </div>
      {view?.truth.value && view.prediction.value && (
        <div class="group">
          <IconButton
            icon="errors"
            text="Errors"
            label="Show only where the prediction is wrong (E)"
            pressed={scene.errors.value}
            onClick={() => {
              scene.errors.value = !scene.errors.value;
            }}
          />
          {scene.errors.value && <ErrorLegend />}
        </div>
      )}
      <div class="group end">
        <IconButton
          icon="add"
          text="Overlay"
          label="Lay a volume over this one; files can also be dropped here with Shift"
          onClick={actions.addOverlay}
        />
        <IconButton icon="camera" label="Save a picture" onClick={actions.savePicture} />
        <IconButton icon="panel" label="Side panel" pressed={panel} onClick={onPanel} />
      </div>
    </div>
  );
}

function ErrorLegend() {
  return (
    <span class="legend" role="note" aria-label="Colours of the error map">
      <i style={{ background: MISSED }} /> missed
      <i style={{ background: ADDED }} /> added
    </span>
  );
}

function BrushSettings({ scene, actions }: { scene: Scene; actions: Actions }) {
  const view = scene.view.value!;
  const layer = layerBeingEdited(view);
  // Each stroke is a revision.
  layer?.revision.value;
  const history = layer?.history;
  return (
    <div class="group">
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
