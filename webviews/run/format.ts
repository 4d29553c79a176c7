import { metricTitle } from '../../src/contracts/metric-names.ts';

/** Numbers and times as the panel writes them. */

/** About four digits, without a tail of zeros: `0.8799`, `1,234`, `3.2e-5`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toExponential(2).replace('e+', 'e');
  const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 4;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** Four digits behind the point, so that values below each other line up. */
export const formatShare = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(4));

/** `12:05`, `1:02:03`, `2 d 01:02`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(whole / 86400);
  const hours = Math.floor(whole / 3600) % 24;
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 0) return `${days} d ${two(hours)}:${two(minutes)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A place on an axis in words: `step 1,234`, `epoch 5.25`, `12:05`. */
export function formatPlace(axis: 'step' | 'epoch' | 'time', value: number): string {
  if (axis === 'time') return formatDuration(value);
  if (axis === 'step') return `step ${Math.round(value).toLocaleString('en')}`;
  return `epoch ${value.toLocaleString('en', { maximumFractionDigits: 2 })}`;
}

/**
 * The name of a structure or class in a metric's name: `Dice/liver` is `liver`, the average over structures is `mean`. A metric of
 * no structure is known by its own name.
 */
export function structureOf(metric: string): string {
  if (!metric.includes('/')) return metricTitle(metric);
  const name = metric.slice(metric.indexOf('/') + 1);
  return name === 'AverageAcrossStructures' ? 'mean' : name;
}
