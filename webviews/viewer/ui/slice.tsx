import { useEffect, useRef } from 'preact/hooks';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import type { PlaneName } from '../render/plane.ts';
import { SliceCanvas } from './slice-canvas.ts';
import { listen } from './slice-input.ts';

/** A plane of a view, with everything that pointers and keys do on it. */
export function Slice({ scene, view, plane }: { scene: Scene; view: View; plane: PlaneName }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const slice = new SliceCanvas(canvas.current!, view, scene, plane);
    const unlisten = listen(slice, view, scene);
    return () => {
      unlisten();
      slice.dispose();
    };
  }, [scene, view, plane]);
  const tool = scene.tool.value;
  return (
    <div class={`slice ${tool}`}>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        data-plane={plane}
        aria-label={`${plane} plane of ${view.title}. Arrow keys move the crosshair, Page Up and Page Down change the slice.`}
      />
    </div>
  );
}
