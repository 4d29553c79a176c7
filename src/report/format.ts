/** A metric for a table: three decimals for shares, two for mm and ml, ∞ and – for what is no number. */
export function formatValue(value: number, unit: string): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return value.toFixed(unit === '' ? 3 : 2).replace('-', '−');
}

/** `2026-11-23 19:05 UTC`. */
export const formatTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

/** `3 h 12 min`, `4 min 10 s`, `12 s`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}

/** `1 subject`, `20 subjects`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A name that can be part of an element's id. */
export const asId = (...names: readonly string[]): string =>
  names.map(name => name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()).join('-');

/** A relative path as a link's target. */
export const asHref = (path: string): string =>
  path
    .split(/[\\/]/)
    .map(part => (part === '..' ? part : encodeURIComponent(part)))
    .join('/');
