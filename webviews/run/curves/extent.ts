import type { DrawnPoints } from './decimate.ts';

/** The lowest and highest of what is drawn; undefined where nothing is. A logarithmic axis shows nothing at or below 0. */
export function extentOf(
  lines: readonly DrawnPoints[],
  logarithmic: boolean,
): readonly [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { y } of lines) {
    for (const value of y) {
      if (logarithmic && value <= 0) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** The range of an axis around an extent: a little room, 0 and whole shares where they are near. */
export function axisRange(
  extent: readonly [number, number] | undefined,
  kind: { readonly logarithmic: boolean; readonly fraction?: boolean; readonly fromZero?: boolean },
): readonly [number, number] {
  const { logarithmic, fraction = false, fromZero = false } = kind;
  if (!extent) return logarithmic ? [0.1, 1] : [0, 1];
  const [low, high] = extent;
  if (logarithmic) {
    const room = (high / low) ** 0.06;
    return low === high ? [low / 2, high * 2] : [low / room, high * room];
  }
  if (low === high) {
    const room = Math.abs(low) * 0.1 || 1;
    return [low === 0 || (fromZero && low > 0) ? 0 : low - room, high + room];
  }
  const room = (high - low) * 0.06;
  const nearZero = low >= 0 && (fromZero || low < (high - low) * 0.5);
  const nearOne = fraction && high <= 1 && high > 1 - (high - low) * 0.5;
  return [nearZero ? 0 : low - room, nearOne ? 1 : high + room];
}
