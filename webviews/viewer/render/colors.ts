/** Colours of structures for which none is given, in the order in which they are needed; the first as in atlases. */
const FIRST = [
  '#e6194b',
  '#3cb44b',
  '#4363d8',
  '#ffe119',
  '#f58231',
  '#42d4f4',
  '#f032e6',
  '#bfef45',
  '#fabed4',
  '#469990',
  '#dcbeff',
  '#9a6324',
  '#aaffc3',
  '#800000',
  '#808000',
  '#ffd8b1',
];

/** The golden angle: turning by it, hues never come close to one another soon. */
const TURN = 137.508;

/** A colour for the `index`-th structure, distinct from those of its neighbours in the list. */
export function distinctColor(index: number): string {
  const known = FIRST[index];
  if (known !== undefined) return known;
  const lightness = [0.72, 0.58, 0.84][index % 3]!;
  return oklch(lightness, [0.15, 0.17, 0.11][index % 3]!, (index * TURN) % 360);
}

/** Björn Ottosson's Oklch (2020) in sRGB, clipped, as `#rrggbb`. */
function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const hex = rgb.map(linear => {
    const gamma = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    return Math.round(255 * Math.min(1, Math.max(0, gamma)))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${hex.join('')}`;
}
