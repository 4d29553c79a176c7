import type { Distribution } from '../../config/schema/search.ts';
import { normalCdf, normalQuantile } from '../../evaluation/comparison/normal-distribution.ts';

/**
 * A parameter as samplers see it: values of a setting are places in [0, 1], so that each distribution is uniform there.
 * Numbers lie in their order; a choice has no order, only `count` equal parts.
 */
export interface Axis {
  /** Whether near places mean similar values. */
  readonly ordered: boolean;
  /** Number of different values; infinity where there is no end of them. */
  readonly count: number;
  /** The value at a place. */
  valueAt(place: number): unknown;
  /** The place of a value: for one of several values the middle of its part. */
  placeOf(value: unknown): number;
}

/** The places of a distribution's values. */
export function axisOf(distribution: Distribution): Axis {
  switch (distribution.distribution) {
    case 'choice': {
      const { values } = distribution;
      const texts = values.map(value => JSON.stringify(value));
      return parts(
        values.length,
        false,
        index => values[index],
        value => texts.indexOf(JSON.stringify(value)),
      );
    }
    case 'randint': {
      const { low, high } = distribution;
      return parts(
        high - low + 1,
        true,
        index => low + index,
        value => Number(value) - low,
      );
    }
    case 'quniform': {
      const { low, high, step } = distribution;
      // Steps that fill the range up to rounding fill it.
      const count = Math.floor((high - low) / step + 1e-9) + 1;
      const value = (index: number) => Number((low + index * step).toPrecision(12));
      return parts(count, true, value, found => Math.round((Number(found) - low) / step));
    }
    case 'uniform': {
      const { low, high } = distribution;
      return line(
        place => low + (high - low) * place,
        value => (value - low) / (high - low),
      );
    }
    case 'loguniform': {
      const { low, high } = distribution;
      const powers = Math.log(high / low);
      // Rounding must not lead out of the range.
      const value = (place: number) => Math.min(high, Math.max(low, low * Math.exp(powers * place)));
      return line(value, found => Math.log(found / low) / powers);
    }
    case 'normal': {
      const { mean, deviation } = distribution;
      return line(
        place => mean + deviation * normalQuantile(inside(place)),
        value => normalCdf((value - mean) / deviation),
      );
    }
    case 'lognormal': {
      const { mean, deviation } = distribution;
      return line(
        place => Math.exp(mean + deviation * normalQuantile(inside(place))),
        value => normalCdf((Math.log(value) - mean) / deviation),
      );
    }
  }
}

const line = (valueAt: (place: number) => number, placeOf: (value: number) => number): Axis => ({
  ordered: true,
  count: Number.POSITIVE_INFINITY,
  valueAt,
  placeOf: value => Math.min(1, Math.max(0, placeOf(Number(value)))),
});

const parts = (
  count: number,
  ordered: boolean,
  valueAtIndex: (index: number) => unknown,
  indexOf: (value: unknown) => number,
): Axis => ({
  ordered,
  count,
  valueAt: place => valueAtIndex(Math.min(count - 1, Math.floor(place * count))),
  placeOf: value => (indexOf(value) + 0.5) / count,
});

/** The ends of a normal distribution are at infinity. */
const inside = (place: number): number => Math.min(1 - 2 ** -32, Math.max(2 ** -32, place));
