import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ShownFault } from '../model/layer.ts';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import { warningsOf } from '../model/warnings.ts';
import { PLANES } from '../render/plane.ts';
import type { Actions } from './actions.ts';
import { BrushSettings } from './brush-settings.tsx';
import { RenderPanel } from './render-panel.tsx';
import { Slice } from './slice.tsx';
import { Status } from './status.tsx';
import { StructureList } from './structures.tsx';
import { Subjects } from './subjects.tsx';
import { Toolbar } from './toolbar.tsx';
import { Volumes } from './volumes.tsx';

/** What the whole panel has to say instead of a scene. */
export interface Notice {
  readonly fault?: ShownFault;
  readonly progress?: string;
}

export function App({ scene, notice, actions }: { scene: Scene; notice: Signal<Notice>; actions: Actions }) {
  const panel = useSignal(true);
  const views = scene.views.value;
  const view = scene.view.value;
  const { fault, progress } = notice.value;
  const drawing = scene.tool.value === 'brush' || scene.tool.value === 'erase';
  return (
    <>
      <Toolbar
        scene={scene}
        actions={actions}
        panel={panel.value}
        onPanel={() => {
          panel.value = !panel.value;
        }}
      />
      {fault && scene.layers.value.length > 0 && <FaultBar fault={fault} />}
      {progress && (
        <div class="notice" role="status">
          <progress aria-label={progress} /> {progress}
        </div>
      )}
      <div class="body">
        <main class={`views ${views.length > 1 ? 'several' : 'one'}`}>
          {drawing && view && <BrushSettings scene={scene} view={view} actions={actions} />}
          {fault && scene.layers.value.length === 0 ? (
            <Instead fault={fault} />
          ) : (
            views.map((each, index) => (
              <ViewPane key={each.id} scene={scene} view={each} index={index} titled={views.length > 1} />
            ))
          )}
        </main>
        {panel.value && view && (
          <aside aria-label="Volumes and structures">
            {scene.subjects.value && <Subjects list={scene.subjects.value} onShow={actions.showSubject} />}
            <Volumes view={view} actions={actions} />
            <StructureList scene={scene} view={view} />
          </aside>
        )}
      </div>
      {view && <Status scene={scene} view={view} />}
    </>
  );
}

function ViewPane({
  scene,
  view,
  index,
  titled,
}: {
  scene: Scene;
  view: View;
  index: number;
  titled: boolean;
}) {
  const layout = scene.layout.value;
  // The scan comes into sight with the first of its voxels.
  const known = view.base.value?.volume.value !== undefined;
  const labelled = view.maps.value.length > 0;
  useEffect(() => {
    if (known) scene.fitWhenKnown(view);
    if (known && labelled) scene.lookAtStructure(view);
  }, [known, labelled, scene, view]);
  const fault = known ? undefined : view.layers.value.find(layer => layer.fault.value)?.fault.value;
  const planes = PLANES.filter(plane => layout === 'planes' || layout === plane);
  const single = layout === 'axial' || layout === 'coronal' || layout === 'sagittal';
  return (
    <section
      class={`view ${single ? 'single' : ''} ${titled && index === scene.focused.value ? 'focused' : ''}`}
      aria-label={view.title}
    >
      {titled && (
        <h2 class="view-title" title={view.title}>
          {view.title}
        </h2>
      )}
      {fault ? (
        <Instead fault={fault} />
      ) : (
        <div class="planes">
          {planes.map(plane => (
            <Slice key={plane} scene={scene} view={view} plane={plane} />
          ))}
          {layout === 'planes' && !titled && <RenderPanel view={view} />}
          <Warnings view={view} />
        </div>
      )}
    </section>
  );
}

/** Over the image, where it cannot be overlooked. */
function Warnings({ view }: { view: View }) {
  const warnings = view.layers.value.flatMap(layer => warningsOf(layer, view));
  if (warnings.length === 0) return null;
  return (
    <div class="warnings" role="alert">
      {warnings.map(text => (
        <p class="warning" key={text}>
          {text}
        </p>
      ))}
    </div>
  );
}

function Instead({ fault }: { fault: ShownFault }) {
  return (
    <div class="instead" role="alert">
      <h1>This volume cannot be shown</h1>
      <p>{sentence(fault.message)}</p>
      {fault.remedy && <p>{fault.remedy}</p>}
    </div>
  );
}

const sentence = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}.`;

function FaultBar({ fault }: { fault: ShownFault }) {
  return (
    <div class="notice fault" role="alert">
      <span>
        {sentence(fault.message)} {fault.remedy}
      </span>
    </div>
  );
}
