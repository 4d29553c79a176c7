/** Beyond this many standard deviations the continued fraction converges faster than the series. */
const SERIES_UP_TO = 3;

/** Share of the standard normal distribution above z, to double precision also far in the tail. */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < 0) return 1 - normalTail(-z);
  if (z > 38.6) return 0;
  return z < SERIES_UP_TO ? 0.5 - density(z) * series(z) : density(z) * tailFraction(z);
}

/** Share of the standard normal distribution below z. */
export const normalCdf = (z: number): number => normalTail(-z);

/** The z below which a share of the standard normal distribution lies; −∞ for 0 and ∞ for 1. */
export function normalQuantile(share: number): number {
  if (!(share >= 0 && share <= 1)) return Number.NaN;
  if (share === 0 || share === 1) return share === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (share > 0.5) return -normalQuantile(1 - share);
  // Hastings' rational approximation (Abramowitz and Stegun 26.2.23, error below 4.5e-4), sharpened by Halley's steps.
  const t = Math.sqrt(-2 * Math.log(share));
  let z =
    ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalCdf(z) - share) / density(z);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** z + z³/3 + z⁵/(3·5) + …: the integral of the density from 0 to z, divided by the density at z (Marsaglia, 2004). */
function series(z: number): number {
  let term = z;
  let sum = z;
  for (let odd = 3; term > sum * Number.EPSILON; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return sum;
}

/** 1 / (z + 1 / (z + 2 / (z + 3 / …))): Laplace's continued fraction of Mills' ratio, from the inside out. */
function tailFraction(z: number): number {
  let fraction = z;
  for (let depth = 50; depth > 0; depth--) fraction = z + depth / fraction;
  return 1 / fraction;
}
