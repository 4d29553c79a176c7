import type { Xyz } from '../../../src/volume/volume.ts';
import { type Brush, dab, drag, type Stroke } from '../edit/brush.ts';
import { beginDrawing, labelBeingDrawn } from '../model/editing.ts';
import type { Layer } from '../model/layer.ts';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import { add, axesOf, placeOf, scale, subtract } from '../render/plane.ts';
import { spacingXyz } from '../volume/volume-data.ts';
import type { SliceCanvas } from './slice-canvas.ts';

type Gesture =
  | { readonly kind: 'crosshair' }
  | { readonly kind: 'pan' }
  | { readonly kind: 'window' }
  | { readonly kind: 'paint'; readonly stroke: Stroke; at: Xyz; into: Layer | undefined };

/** What pointers, wheel and keys do on a plane. Returns what takes it away again. */
export function listen(slice: SliceCanvas, view: View, scene: Scene): () => void {
  const { canvas } = slice;
  const stop = new AbortController();
  let gesture: Gesture | undefined;
  let last = { x: 0, y: 0 };

  const on = <Name extends keyof HTMLElementEventMap>(
    name: Name,
    act: (event: HTMLElementEventMap[Name]) => void,
  ) => canvas.addEventListener(name, act, { signal: stop.signal, passive: false });
  const placeUnder = ({ offsetX, offsetY }: MouseEvent) => placeOf(slice.plan, offsetX - 0.5, offsetY - 0.5);

  on('contextmenu', event => event.preventDefault());
  on('pointerdown', event => {
    canvas.focus();
    scene.focused.value = scene.views.value.indexOf(view);
    canvas.setPointerCapture(event.pointerId);
    last = { x: event.offsetX, y: event.offsetY };
    gesture = gestureFor(event, scene);
    if (gesture?.kind === 'crosshair') view.lookAt(placeUnder(event));
    if (gesture?.kind === 'paint') paint(gesture, placeUnder(event), true);
  });
  on('pointermove', event => {
    const moved = { x: event.offsetX - last.x, y: event.offsetY - last.y };
    last = { x: event.offsetX, y: event.offsetY };
    if (!gesture) return;
    if (gesture.kind === 'crosshair') view.lookAt(placeUnder(event));
    else if (gesture.kind === 'pan') pan(moved);
    else if (gesture.kind === 'window') changeWindow(view, moved);
    else paint(gesture, placeUnder(event), false);
  });
  const end = () => {
    if (gesture?.kind === 'paint') {
      const { into, stroke } = gesture;
      if (into && stroke.indices.length > 0) {
        into.history.add(stroke);
        into.revision.value++;
      }
    }
    gesture = undefined;
  };
  on('pointerup', end);
  on('pointercancel', end);
  on('dblclick', () => {
    if (scene.tool.value !== 'navigate') return;
    scene.layout.value = scene.layout.value === slice.plane ? 'planes' : slice.plane;
  });
  let rolled = 0;
  on('wheel', event => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) return zoom(view, Math.exp(event.deltaY / 250), placeUnder(event));
    // A notch of a wheel is one slice; touch pads send many small parts of one.
    rolled += event.deltaMode === 1 ? event.deltaY * 33 : event.deltaY;
    const slices = Math.trunc(rolled / 50);
    if (slices === 0) return;
    rolled -= slices * 50;
    scroll(-Math.sign(slices) * Math.max(1, Math.floor(Math.abs(slices) / 2)));
  });
  on('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  const axes = () => axesOf(slice.plane, view.frame.value, scene.convention.value);
  const scroll = (slices: number) => view.step(axes().normal, slices);
  const keys: Record<string, () => void> = {
    ArrowLeft: () => view.step(axes().across, -1),
    ArrowRight: () => view.step(axes().across, 1),
    ArrowUp: () => view.step(axes().up, 1),
    ArrowDown: () => view.step(axes().up, -1),
    PageUp: () => scroll(1),
    PageDown: () => scroll(-1),
    '+': () => zoom(view, 0.8),
    '=': () => zoom(view, 0.8),
    '-': () => zoom(view, 1.25),
    '0': () => scene.fit(view),
  };

  function pan({ x, y }: { x: number; y: number }): void {
    const { du, dv } = slice.plan;
    const navigation = view.navigation.value;
    const by = add(scale(du, -x), scale(dv, -y));
    navigation.value = { ...navigation.value, centre: add(navigation.value.centre, by) };
  }

  function paint(gesture: Extract<Gesture, { kind: 'paint' }>, at: Xyz, first: boolean): void {
    if (first) gesture.into = beginDrawing(scene, view);
    const layer = gesture.into;
    const map = layer?.map.value;
    if (!layer || !map) return;
    const value = scene.tool.value === 'erase' ? 0 : labelBeingDrawn(scene, layer);
    const { normal } = axes();
    const spacing = spacingXyz(map.affine);
    // How thick the map's voxels are along the normal.
    const thickness = [0, 1, 2].map(axis =>
      Math.abs(
        map.affine[axis]! * normal[0] + map.affine[4 + axis]! * normal[1] + map.affine[8 + axis]! * normal[2],
      ),
    );
    const brush: Brush = {
      radiusMm: scene.brushMm.value / 2,
      value,
      ...(!scene.brushBall.value && {
        plane: { normal, halfThicknessMm: Math.max(...thickness, Math.min(...spacing) * 0.5) / 2 },
      }),
    };
    const changed = first
      ? dab(map, at, brush, gesture.stroke)
      : drag(map, gesture.at, at, brush, gesture.stroke);
    gesture.at = at;
    if (!changed) return;
    layer.edited.value = true;
    layer.revision.value++;
  }
  return () => stop.abort();
}

function gestureFor({ button, shiftKey }: PointerEvent, scene: Scene): Gesture | undefined {
  if (button === 1 || (button === 0 && shiftKey)) return { kind: 'pan' };
  if (button === 2) return { kind: 'window' };
  if (button !== 0) return undefined;
  const tool = scene.tool.value;
  if (tool === 'window') return { kind: 'window' };
  if (tool === 'navigate') return { kind: 'crosshair' };
  return { kind: 'paint', stroke: { indices: [], before: [] }, at: [0, 0, 0], into: undefined };
}

/** To the right widens the window, upwards makes everything darker, as on a radiologist's workstation. */
function changeWindow(view: View, { x, y }: { x: number; y: number }): void {
  const layer = view.images.value[0];
  if (!layer) return;
  const { low, high } = layer.window.value;
  const width = high - low;
  const step = Math.max(width, 1e-6) / 300;
  const wide = Math.max(width * Math.exp(x / 250), 1e-6);
  const level = (low + high) / 2 - y * step;
  layer.chosenWindow.value = { low: level - wide / 2, high: level + wide / 2 };
}

/** Changes what a pixel measures; the place under the pointer stays where it is. */
export function zoom(view: View, factor: number, around?: Xyz): void {
  const navigation = view.navigation.value;
  const { centre, mmPerPixel, crosshair } = navigation.value;
  const wanted = Math.min(20, Math.max(0.005, mmPerPixel * factor));
  const still = around ?? crosshair;
  const moved = scale(subtract(still, centre), 1 - wanted / mmPerPixel);
  navigation.value = { crosshair, centre: add(centre, moved), mmPerPixel: wanted };
}
