import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { View } from '../model/view.ts';
import type { VolumeView } from '../render/volume-view.ts';
import { Icon } from './icon.tsx';

/** Whether a browser offers WebGL2 at all. */
const hasWebGl2 = (() => {
  const context = document.createElement('canvas').getContext('webgl2');
  context?.getExtension('WEBGL_lose_context')?.loseContext();
  return context !== null;
})();

/** The view in 3D: made when it is asked for, as a large library and the graphics card are needed for it. */
export function RenderPanel({ view }: { view: View }) {
  const wanted = useSignal(false);
  if (!hasWebGl2) {
    return (
      <div class="slice offer">
        <p>
          3D needs WebGL2, which is not available here. Turn hardware acceleration on, or add{' '}
          <code>"enable-unsafe-swiftshader": true</code> with the command{' '}
          <em>Preferences: Configure Runtime Arguments</em>.
        </p>
      </div>
    );
  }
  if (wanted.value) return <Render view={view} />;
  return (
    <div class="slice offer">
      <button
        type="button"
        disabled={!view.layers.value.some(layer => layer.complete.value)}
        onClick={() => {
          wanted.value = true;
        }}
      >
        <Icon name="cube" /> Show in 3D
      </button>
    </div>
  );
}

function Render({ view }: { view: View }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const state = useSignal<'drawing' | 'drawn' | string>('drawing');
  useEffect(() => {
    let drawing: VolumeView | undefined;
    let disposed = false;
    const stops: (() => void)[] = [];
    const fail = (error: unknown) => {
      state.value = `3D could not be drawn: ${(error as Error).message}`;
    };
    const start = async () => {
      const { createNiivueView } = await import('../render/niivue-view.ts');
      const made = await createNiivueView(canvas.current!);
      if (disposed) return made.dispose();
      drawing = made;
      stops.push(
        effect(() => {
          for (const layer of view.layers.value) {
            for (const each of [layer.complete, layer.map, layer.visible, layer.role]) each.value;
          }
          made.show(view).then(() => {
            state.value = 'drawn';
          }, fail);
        }),
        effect(() => {
          for (const layer of view.maps.value) layer.colors.value;
          made.recolor(view);
        }),
        effect(() => made.moveCrosshair(view.navigation.value.value.crosshair)),
      );
    };
    start().catch(fail);
    return () => {
      disposed = true;
      for (const stop of stops) stop();
      drawing?.dispose();
    };
  }, [view, state]);
  return (
    <div class="slice render">
      <canvas
        ref={canvas}
        role="img"
        data-state={state.value}
        aria-label={`${view.title} in 3D. Drag to turn.`}
      />
      {state.value !== 'drawn' && (
        <p role="status">{state.value === 'drawing' ? 'Drawing in 3D…' : state.value}</p>
      )}
    </div>
  );
}
