/** A colour with an opacity between 0 and 1. */
export const withOpacity = (color: string, opacity: number): string =>
  `color-mix(in srgb, ${color} ${Math.round(opacity * 100)}%, transparent)`;
