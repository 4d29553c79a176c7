import { effect } from '@preact/signals';
import type { Scene } from '../model/scene.ts';
import type { View } from '../model/view.ts';
import { Surface } from '../render/draw-plane.ts';
import {
  axesOf,
  letterOf,
  type PlaneName,
  type PlaneView,
  pixelOf,
  planeView,
  scale,
} from '../render/plane.ts';

/** More pixels than this are drawn at half the resolution: a plane stays quick on any screen. */
const MOST_PIXELS = 1_200_000;

/** One plane of a view on a canvas: drawn again whenever something that it shows changes. */
export class SliceCanvas {
  private readonly surface = new Surface();
  private readonly context: CanvasRenderingContext2D;
  private readonly stop: () => void;
  private readonly observer: ResizeObserver;
  private frame = 0;
  private shown: PlaneView | undefined;
  /** Milliseconds that the last drawing took. */
  lastDrawing = 0;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly view: View,
    private readonly scene: Scene,
    readonly plane: PlaneName,
  ) {
    this.context = canvas.getContext('2d', { alpha: false })!;
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(canvas);
    this.stop = effect(() => {
      this.dependOnAll();
      this.request();
    });
    this.resized();
  }

  dispose(): void {
    this.stop();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** The plane in CSS pixels, as pointers are measured in. */
  get plan(): PlaneView {
    const { clientWidth, clientHeight } = this.canvas;
    return this.planOf(Math.max(1, clientWidth), Math.max(1, clientHeight), 1);
  }

  private planOf(width: number, height: number, ratio: number): PlaneView {
    const navigation = this.view.navigation.value.value;
    return planeView(
      this.plane,
      this.view.frame.value,
      this.scene.convention.value,
      { ...navigation, mmPerPixel: navigation.mmPerPixel / ratio },
      width,
      height,
    );
  }

  private resized(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth > 0) this.scene.resize(clientWidth, clientHeight);
    this.request();
  }

  private request(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  /** Reads every signal that changes the picture. */
  private dependOnAll(): void {
    const { convention, smooth, crosshair, errors } = this.scene;
    for (const each of [convention, smooth, crosshair, errors]) each.value;
    this.view.navigation.value.value;
    for (const layer of this.view.layers.value) {
      for (const each of [layer.volume, layer.role, layer.visible, layer.opacity, layer.outline]) each.value;
      for (const each of [layer.component, layer.window, layer.map, layer.colors, layer.revision]) each.value;
    }
  }

  private draw(): void {
    const { canvas, context } = this;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (width === 0 || height === 0) return;
    const start = performance.now();
    const wanted = Math.min(2, devicePixelRatio || 1);
    const ratio = width * height * wanted ** 2 > MOST_PIXELS ? Math.min(1, wanted) : wanted;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    this.shown = this.planOf(w, h, ratio);
    this.surface.draw(this.view, this.scene, this.shown, Math.round(ratio));
    context.putImageData(this.surface.image, 0, 0);
    context.save();
    context.scale(ratio, ratio);
    this.drawMarks(width, height);
    context.restore();
    this.lastDrawing = performance.now() - start;
    canvas.dataset.drawn = String(Number(canvas.dataset.drawn ?? 0) + 1);
  }

  /** Crosshair, letters of the patient's sides, a scale, and which slice this is. */
  private drawMarks(width: number, height: number): void {
    const { context, view, scene } = this;
    if (!view.base.value) return;
    const plan = this.plan;
    const { crosshair, mmPerPixel } = view.navigation.value.value;
    const style = getComputedStyle(this.canvas);
    if (scene.crosshair.value) {
      const { i, j } = pixelOf(plan, crosshair);
      context.strokeStyle = 'rgba(120, 200, 255, 0.75)';
      context.lineWidth = 1;
      const gap = 7;
      const [x, y] = [Math.round(i) + 0.5, Math.round(j) + 0.5];
      context.beginPath();
      for (const [x0, y0, x1, y1] of [
        [0, y, x - gap, y],
        [x + gap, y, width, y],
        [x, 0, x, y - gap],
        [x, y + gap, x, height],
      ] as const) {
        context.moveTo(x0, y0);
        context.lineTo(x1, y1);
      }
      context.stroke();
    }
    context.font = `600 12px ${style.fontFamily}`;
    context.shadowColor = 'black';
    context.shadowBlur = 3;
    context.fillStyle = 'rgba(255, 255, 255, 0.9)';
    const { across, up, normal } = axesOf(this.plane, view.frame.value, scene.convention.value);
    const write = (
      text: string,
      x: number,
      y: number,
      align: CanvasTextAlign,
      baseline: CanvasTextBaseline,
    ) => {
      context.textAlign = align;
      context.textBaseline = baseline;
      context.fillText(text, x, y);
    };
    write(letterOf(scale(across, -1)), 8, height / 2, 'left', 'middle');
    write(letterOf(across), width - 8, height / 2, 'right', 'middle');
    write(letterOf(up), width / 2, 8, 'center', 'top');
    write(letterOf(scale(up, -1)), width / 2, height - 8, 'center', 'bottom');
    context.font = `11px ${style.fontFamily}`;
    context.fillStyle = 'rgba(255, 255, 255, 0.75)';
    const depth = crosshair[0] * normal[0] + crosshair[1] * normal[1] + crosshair[2] * normal[2];
    write(
      `${this.plane[0]!.toUpperCase()}${this.plane.slice(1)}  ${letterOf(scale(normal, depth < 0 ? -1 : 1))} ${Math.abs(depth).toFixed(1)} mm`,
      8,
      8,
      'left',
      'top',
    );
    const length = roundLength(70 * mmPerPixel);
    const pixels = length / mmPerPixel;
    context.fillRect(width - 10 - pixels, height - 11, pixels, 2);
    write(
      length >= 10 ? `${length / 10} cm` : `${length} mm`,
      width - 10 - pixels / 2,
      height - 14,
      'center',
      'bottom',
    );
    context.shadowBlur = 0;
  }
}

/** The longest of 1, 2, 5, 10, 20 … mm that is not longer than `most`. */
function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map(digit => digit * power).find(length => length <= most) ?? power;
}
