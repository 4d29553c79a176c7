import { decode } from 'fast-png';
import type { Locator } from 'playwright-core';

type Colour = readonly [red: number, green: number, blue: number];

/**
 * Pixels of an element's picture that are tinted like a colour: whose hue is within 20° of its, and which are not grey.
 * Labels are laid half transparent over a grey scan, which keeps their hue.
 */
export async function tinted(element: Locator, colour: string): Promise<number> {
  const { data, width, height, channels } = decode(await element.screenshot());
  const wanted = hue(rgb(colour))!;
  let count = 0;
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [red, green, blue] = data.subarray(pixel * channels, pixel * channels + 3);
    const found = hue([red!, green!, blue!]);
    if (found !== undefined && Math.abs(((found - wanted + 540) % 360) - 180) < 20) count++;
  }
  return count;
}

const rgb = (hex: string): Colour =>
  [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;

/** In degrees; undefined for what is nearly grey. */
function hue([red, green, blue]: Colour): number | undefined {
  const most = Math.max(red, green, blue);
  const chroma = most - Math.min(red, green, blue);
  if (chroma < 30) return undefined;
  if (most === red) return ((60 * (green - blue)) / chroma + 360) % 360;
  return most === green ? 120 + (60 * (blue - red)) / chroma : 240 + (60 * (red - green)) / chroma;
}
