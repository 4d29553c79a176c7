import type { Random } from '../../foundation/random.ts';
import type { Xyz } from '../../volume/volume.ts';

/** A smooth random field: a sum of plane waves, about normally distributed with the given deviation. */
export interface Waves {
  readonly amplitude: number;
  /** Wave vectors in radians a mm, and a phase: four numbers a wave. */
  readonly coefficients: readonly number[];
}

/** Waves in random directions with wavelengths in a range in mm. */
export function randomWaves(
  random: Random,
  count: number,
  deviation: number,
  [shortest, longest]: readonly [number, number],
): Waves {
  const coefficients: number[] = [];
  for (let wave = 0; wave < count; wave++) {
    const direction = [random.normal(), random.normal(), random.normal()];
    const scale = (2 * Math.PI) / random.between(shortest, longest) / Math.hypot(...direction);
    coefficients.push(...direction.map(part => part * scale), random.between(0, 2 * Math.PI));
  }
  return { amplitude: deviation * Math.sqrt(2 / count), coefficients };
}

/** The field's value at a point in mm. */
export function waveAt({ amplitude, coefficients: c }: Waves, [x, y, z]: Xyz): number {
  let sum = 0;
  for (let i = 0; i < c.length; i += 4)
    sum += Math.cos(c[i]! * x + c[i + 1]! * y + c[i + 2]! * z + c[i + 3]!);
  return amplitude * sum;
}
