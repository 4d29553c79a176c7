import { addEmptyMap } from '../model/editing.ts';
import type { Scene, Tool } from '../model/scene.ts';
import { ADDED, MISSED } from '../render/paint.ts';
import type { Convention, PlaneName } from '../render/plane.ts';
import type { Actions } from './actions.ts';
import { IconButton, type IconName } from './icon.tsx';

const TOOLS: readonly [tool: Tool, icon: IconName, label: string][] = [
  ['navigate', 'crosshair', 'Move the crosshair (drag)'],
  ['window', 'contrast', 'Window and level (drag; the right button does it with every tool)'],
  ['brush', 'brush', 'Draw the selected structure'],
  ['erase', 'erase', 'Erase labels'],
];

const CONVENTIONS: Readonly<Record<Convention, string>> = {
  radiological: 'The patient’s right is on the left, as seen from the feet. Click to show it on the right.',
  neurological: 'The patient’s right is on the right, as seen from the head. Click to show it on the left.',
};

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
          title={CONVENTIONS[scene.convention.value]}
          onClick={() => {
            scene.convention.value =
              scene.convention.value === 'radiological' ? 'neurological' : 'radiological';
          }}
        >
          L/R: {scene.convention.value}
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
