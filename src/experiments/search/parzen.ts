import { normalCdf, normalQuantile } from '../../evaluation/comparison/normal-distribution.ts';
import type { Random } from '../../foundation/random.ts';
import type { Axis } from './distribution.ts';

/** Narrowest bell, as a share of the range. */
const NARROWEST = 0.01;

/**
 * A Parzen estimator over several parameters at once: a mixture of one component for each observed point (a bell cut at
 * the ends of the range for ordered parameters, its own value made likelier for a choice; independent within the
 * component) and one that is uniform, the prior. Multivariate as in Optuna (Falkner et al., BOHB, 2018).
 */
export interface ParzenEstimator {
  /** Logarithm of the density at a point, all places in [0, 1]. */
  logDensity(point: readonly number[]): number;
  sample(random: Random): number[];
}

/** @param points observed points: for each axis a place in [0, 1] */
export function parzenEstimator(
  axes: readonly Axis[],
  points: readonly (readonly number[])[],
): ParzenEstimator {
  // Scott's rule for a uniform prior's deviation of 0.2 or so (Optuna's constant).
  const width = Math.max(NARROWEST, 0.2 * Math.max(points.length, 1) ** (-1 / (axes.length + 4)));
  const components = [undefined, ...points].map(centre =>
    axes.map((axis, index) => kernel(axis, centre?.[index], width)),
  );
  return {
    logDensity: point => {
      const logs = components.map(kernels =>
        kernels.reduce((sum, { density }, index) => sum + Math.log(density(point[index]!)), 0),
      );
      const largest = Math.max(...logs);
      const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
      return largest + Math.log(sum / components.length);
    },
    sample: random => components[random.below(components.length)]!.map(({ draw }) => draw(random)),
  };
}

/** A component along one axis. */
interface Kernel {
  density(place: number): number;
  draw(random: Random): number;
}

const UNIFORM: Kernel = { density: () => 1, draw: random => random.uniform() };

function kernel(axis: Axis, centre: number | undefined, width: number): Kernel {
  if (centre === undefined) return UNIFORM;
  return axis.ordered ? bell(axis, centre, width) : ownValue(axis, centre);
}

/** A normal distribution cut at the ends of the range. */
function bell({ count }: Axis, centre: number, width: number): Kernel {
  // Of a few values the bell must still reach the next ones.
  const deviation = Math.max(width, 0.5 / count);
  const below = normalCdf(-centre / deviation);
  const inside = normalCdf((1 - centre) / deviation) - below;
  const height = 1 / (deviation * Math.sqrt(2 * Math.PI) * inside);
  return {
    density: place => height * Math.exp(-(((place - centre) / deviation) ** 2) / 2),
    draw: random => {
      const place = centre + deviation * normalQuantile(below + inside * random.uniform());
      return Math.min(1, Math.max(0, place));
    },
  };
}

/** A choice: half of the probability is the own value's, and half is spread over all, as the prior has it. */
function ownValue({ count }: Axis, centre: number): Kernel {
  const partOf = (place: number) => Math.min(count - 1, Math.floor(place * count));
  return {
    density: place => 0.5 + (partOf(place) === partOf(centre) ? count / 2 : 0),
    draw: random => (random.chance(0.5) ? centre : random.uniform()),
  };
}
