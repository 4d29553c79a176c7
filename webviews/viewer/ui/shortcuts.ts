import type { Scene } from '../model/scene.ts';
import type { Actions } from './actions.ts';

/** Keys that work wherever the focus is, but for fields that take text. */
export function shortcuts(scene: Scene, actions: Actions): void {
  const toggle = (key: 'errors' | 'crosshair' | 'smooth') => () => {
    scene[key].value = !scene[key].value;
  };
  const keys: Record<string, () => void> = {
    e: toggle('errors'),
    x: toggle('crosshair'),
    i: toggle('smooth'),
    o: () => {
      for (const layer of scene.layers.value)
        if (layer.isLabels.value) layer.outline.value = !layer.outline.value;
    },
    n: () => {
      scene.tool.value = 'navigate';
    },
    w: () => {
      scene.tool.value = 'window';
    },
    '[': () => {
      scene.brushMm.value = Math.max(1, scene.brushMm.value - 1);
    },
    ']': () => {
      scene.brushMm.value = Math.min(60, scene.brushMm.value + 1);
    },
  };
  document.addEventListener('keydown', event => {
    const { target } = event;
    if (target instanceof HTMLInputElement && /text|search|number/.test(target.type)) return;
    if (target instanceof HTMLSelectElement) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const act = command
      ? key === 'z'
        ? event.shiftKey
          ? actions.redo
          : actions.undo
        : key === 'y'
          ? actions.redo
          : undefined
      : event.altKey
        ? undefined
        : keys[key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  });
}
