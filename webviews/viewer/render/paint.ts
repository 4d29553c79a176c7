import type { Window } from '../volume/intensities.ts';

// Pixels are 32-bit words as ImageData has them on little-endian machines: alpha, blue, green, red from the top.

/** `#rrggbb` and an opacity from 0 to 1 as a pixel. */
export function pixel(color: string, opacity = 1): number {
  const rgb = Number.parseInt(color.slice(1), 16);
  const alpha = Math.round(255 * opacity);
  return ((alpha << 24) | ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}

/** Greys of the values through a window; NaN (outside of the volume) stays as it is. */
export function paintGreys(
  values: Float32Array,
  { low, high }: Window,
  slope: number,
  intercept: number,
  out: Uint32Array,
): void {
  const factor = 255 / Math.max(1e-12, high - low);
  const [a, b] = [slope * factor, (intercept - low) * factor];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) continue;
    const grey = (Math.max(0, Math.min(255, a * value + b)) + 0.5) | 0;
    out[i] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
}

/** As `paintGreys`, from transparent over red and yellow to white, laid over what is there: for maps of probability. */
export function paintHeat(
  values: Float32Array,
  { low, high }: Window,
  slope: number,
  intercept: number,
  opacity: number,
  out: Uint32Array,
): void {
  const factor = 1 / Math.max(1e-12, high - low);
  for (let i = 0; i < values.length; i++) {
    const share = Math.min(1, (slope * values[i]! + intercept - low) * factor);
    if (!(share > 0)) continue;
    const step = (from: number) => Math.max(0, Math.min(255, (share - from) * 765));
    const color = ((step(2 / 3) << 16) | (step(1 / 3) << 8) | step(0)) >>> 0;
    out[i] = blend(out[i]!, color, opacity * Math.min(1, 3 * share));
  }
}

/** How labels are drawn. */
export interface LabelStyle {
  /** Pixel of each label; alpha 0 hides it. Labels behind the end are hidden. */
  readonly colors: Uint32Array;
  /** Multiplies the colours' alpha inside of structures, 0 to 1. */
  readonly opacity: number;
  /** Structures get a line around them. */
  readonly outline: boolean;
  /** Pixels that the line is thick. */
  readonly thickness: number;
}

/** Lays labels over what is painted. A label's line is where a pixel above, below, left or right has another one. */
export function paintLabels(
  labels: Uint16Array,
  width: number,
  { colors, opacity, outline, thickness }: LabelStyle,
  out: Uint32Array,
): void {
  const height = labels.length / width;
  const reach = Math.max(1, Math.round(thickness));
  for (let j = 0, i = 0; j < height; j++) {
    const [up, down] = [j >= reach ? reach * width : 0, j + reach < height ? reach * width : 0];
    for (let x = 0; x < width; x++, i++) {
      const label = labels[i]!;
      if (label === 0) continue;
      const color = colors[label] ?? 0;
      const alpha = color >>> 24;
      if (alpha === 0) continue;
      const edge =
        outline &&
        (labels[i - up] !== label ||
          labels[i + down] !== label ||
          (x >= reach && labels[i - reach] !== label) ||
          (x + reach < width && labels[i + reach] !== label));
      out[i] = edge ? (color | 0xff000000) >>> 0 : blend(out[i]!, color, (alpha / 255) * opacity);
    }
  }
}

function blend(under: number, over: number, opacity: number): number {
  const rest = 1 - opacity;
  const red = (under & 255) * rest + (over & 255) * opacity;
  const green = ((under >> 8) & 255) * rest + ((over >> 8) & 255) * opacity;
  const blue = ((under >> 16) & 255) * rest + ((over >> 16) & 255) * opacity;
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Told apart by people with any kind of colour vision (Okabe and Ito 2008): blue was missed, orange was added. */
export const MISSED = '#56b4e9';
export const ADDED = '#e69f00';

/**
 * Marks where a prediction is wrong: missed is what the truth has and the prediction has not (or calls something else),
 * added is what the prediction alone has. Only labels that are shown count.
 */
export function paintErrors(
  prediction: Uint16Array,
  truth: Uint16Array,
  shown: { readonly prediction: Uint32Array; readonly truth: Uint32Array },
  opacity: number,
  out: Uint32Array,
): void {
  const [missed, added] = [pixel(MISSED), pixel(ADDED)];
  for (let i = 0; i < truth.length; i++) {
    const drawn = (shown.truth[truth[i]!] ?? 0) >>> 24 ? truth[i]! : 0;
    const predicted = (shown.prediction[prediction[i]!] ?? 0) >>> 24 ? prediction[i]! : 0;
    if (drawn === predicted) continue;
    out[i] = blend(out[i]!, drawn === 0 ? added : missed, opacity);
  }
}
