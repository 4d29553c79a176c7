/** Most characters that a value of a representation may have (PS3.5, 6.2); planning systems refuse longer ones. */
const LONGEST = { SH: 16, LO: 64, CS: 16, PN: 64, ST: 1024 } as const;

/** A text in the representation's limits, without what separates values. */
export const limited = (representation: keyof typeof LONGEST, text: string): string =>
  [...text.replace(/[\\\p{Cc}]/gu, ' ').trim()].slice(0, LONGEST[representation]).join('');

const LONGEST_DECIMAL = 16;

/**
 * A decimal string (DS), as exact as its 16 characters allow. @throws Error for what is no finite number.
 * @param digits behind the point at most.
 */
export function decimalString(value: number, digits = 12): string {
  if (!Number.isFinite(value)) throw new Error(`${value} cannot be written as a decimal string`);
  for (let precision = digits; precision >= 0; precision--) {
    const text = trimmed(value.toFixed(precision));
    if (text.length <= LONGEST_DECIMAL && (Number(text) !== 0 || value === 0 || precision === digits))
      return text;
  }
  for (let precision = 10; ; precision--) {
    const text = value.toExponential(precision);
    if (text.length <= LONGEST_DECIMAL) return text;
  }
}

/** Without zeros at the end, and without a sign before 0. */
const trimmed = (text: string): string => {
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
};

/** Date and time of a DICOM object, in UTC. */
export function dateAndTime(now: Date): { readonly date: string; readonly time: string } {
  const digits = now.toISOString().replace(/\D/g, '');
  return { date: digits.slice(0, 8), time: digits.slice(8, 14) };
}

/** Red, green and blue of "#rrggbb", 0 to 255. */
export const rgb = (color: string): [number, number, number] => {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

/**
 * A colour as DICOM's CIELab, three unsigned 16-bit numbers (PS3.3, C.10.7.1.1): sRGB by way of XYZ to L*a*b* of the white
 * D50.
 */
export function cieLab(color: string): [number, number, number] {
  const [r, g, b] = rgb(color).map(value => {
    const v = value / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  // sRGB to XYZ with the white D50 (Bruce Lindbloom's Bradford-adapted matrix), each divided by that of the white.
  const x = (0.4360747 * r + 0.3850649 * g + 0.1430804 * b) / 0.96422;
  const y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
  const z = (0.0139322 * r + 0.0971045 * g + 0.7141733 * b) / 0.82521;
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const scaled = [
    ((116 * f(y) - 16) * 65535) / 100,
    ((500 * (f(x) - f(y)) + 128) * 65535) / 255,
    ((200 * (f(y) - f(z)) + 128) * 65535) / 255,
  ];
  return scaled.map(value => Math.min(65535, Math.max(0, Math.round(value)))) as [number, number, number];
}
