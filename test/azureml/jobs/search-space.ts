import { Random } from '../../../src/foundation/random.ts';
import { validationError } from '../service-error.ts';

type Literal = string | number | boolean;

/** How values of one hyperparameter are drawn: from a list, or from a distribution with its arguments. */
type Dimension =
  | { readonly kind: 'choice'; readonly values: readonly Literal[] }
  | { readonly kind: string; readonly values: readonly number[] };

export type SearchSpace = Readonly<Record<string, Dimension>>;

const round = (value: number, step: number): number => Math.round(value / step) * step;

type Draw = (random: Random, ...given: number[]) => number;

/** A distribution, and the same rounded to multiples of a last argument. */
const quantized =
  (draw: Draw): Draw =>
  (random, ...given) =>
    round(draw(random, ...given), given.at(-1)!);

const uniform: Draw = (random, from, to) => random.between(from!, to!);
const loguniform: Draw = (random, from, to) => Math.exp(random.between(from!, to!));
const normal: Draw = (random, mean, deviation) => mean! + deviation! * random.normal();
const lognormal: Draw = (random, mean, deviation) => Math.exp(normal(random, mean!, deviation!));

/** Distributions but `choice`, with the number of their arguments. */
const KINDS: Readonly<Record<string, { readonly count: number; readonly draw: Draw }>> = {
  randint: { count: 1, draw: (random, upper) => random.below(upper!) },
  uniform: { count: 2, draw: uniform },
  quniform: { count: 3, draw: quantized(uniform) },
  loguniform: { count: 2, draw: loguniform },
  qloguniform: { count: 3, draw: quantized(loguniform) },
  normal: { count: 2, draw: normal },
  qnormal: { count: 3, draw: quantized(normal) },
  lognormal: { count: 2, draw: lognormal },
  qlognormal: { count: 3, draw: quantized(lognormal) },
};

/** Reads `{"lr": ["loguniform", [-6, -1]], "fold": ["choice", [[0, 1, 2]]]}`; anything else is the service's 400. */
export function parseSearchSpace(given: unknown, algorithm: string): SearchSpace {
  const wrong = (name: string, message: string) =>
    validationError([{ target: `properties.searchSpace${name && `.${name}`}`, message }]);
  if (typeof given !== 'object' || given === null || Array.isArray(given) || Object.keys(given).length === 0)
    throw wrong('', 'It must be an object with at least one hyperparameter.');
  const dimensions = Object.entries(given).map(([name, entry]): [string, Dimension] => {
    if (!Array.isArray(entry) || entry.length !== 2 || !Array.isArray(entry[1]))
      throw wrong(name, 'It must be [distribution, [arguments]].');
    const [kind, values] = entry as [string, unknown[]];
    if (kind === 'choice') {
      const [list] = values;
      if (values.length !== 1 || !Array.isArray(list) || list.length === 0)
        throw wrong(name, 'choice takes one list of values.');
      return [name, { kind, values: list }];
    }
    const count = KINDS[kind]?.count;
    if (count === undefined)
      throw wrong(name, `'${kind}' is not one of choice, ${Object.keys(KINDS).join(', ')}.`);
    if (values.length !== count || !values.every(value => typeof value === 'number'))
      throw wrong(name, `${kind} takes ${count} number(s).`);
    if (algorithm === 'Grid') throw wrong(name, 'Grid sampling takes choice alone.');
    if (algorithm === 'Bayesian' && !['uniform', 'quniform'].includes(kind))
      throw wrong(name, 'Bayesian sampling takes choice, uniform and quniform alone.');
    return [name, { kind, values }];
  });
  return Object.fromEntries(dimensions);
}

export type Sample = Readonly<Record<string, Literal>>;

/** All combinations, the last hyperparameter fastest. */
export function gridSamples(space: SearchSpace): Sample[] {
  return Object.entries(space).reduce<Sample[]>(
    (samples, [name, { values }]) =>
      samples.flatMap(sample => values.map(value => ({ ...sample, [name]: value }))),
    [{}],
  );
}

/** Sample number `index` of a random search with a seed. */
export function randomSample(space: SearchSpace, seed: number, index: number): Sample {
  const drawn = Object.entries(space).map(([name, { kind, values }]): [string, Literal] => {
    const random = new Random('sweep', seed, index, name);
    const value =
      kind === 'choice'
        ? values[random.below(values.length)]!
        : KINDS[kind]!.draw(random, ...(values as readonly number[]));
    return [name, value];
  });
  return Object.fromEntries(drawn);
}

/** A finished trial: what it was and how good, larger being better. */
export interface Scored {
  readonly sample: Sample;
  readonly score: number;
}

/**
 * Bayesian sampling in its plainest form: the first trials are random; later ones are the one of many random candidates
 * that lies nearest to the better third of the finished trials and farthest from the rest (the idea of Bergstra's tree of
 * Parzen estimators, with one kernel a trial).
 */
export function bayesianSample(
  space: SearchSpace,
  seed: number,
  index: number,
  finished: readonly Scored[],
): Sample {
  if (finished.length < 3) return randomSample(space, seed, index);
  const ordered = [...finished].sort((a, b) => b.score - a.score);
  const good = ordered.slice(0, Math.ceil(ordered.length / 3));
  const rest = ordered.slice(good.length);
  const candidates = Array.from({ length: 24 }, (_, at) => randomSample(space, seed, index * 1000 + at));
  const promise = (sample: Sample): number =>
    density(sample, good, space) / (density(sample, rest, space) + 1e-9);
  return candidates.reduce((best, candidate) => (promise(candidate) > promise(best) ? candidate : best));
}

function density(sample: Sample, trials: readonly Scored[], space: SearchSpace): number {
  const kernel = (trial: Scored): number =>
    Object.entries(space).reduce((product, [name, { kind, values }]) => {
      if (kind === 'choice') return product * (sample[name] === trial.sample[name] ? 1 : 0.2);
      const width = ((values[1] as number) - (values[0] as number)) / 5;
      const distance = ((sample[name] as number) - (trial.sample[name] as number)) / width;
      return product * Math.exp(-0.5 * distance * distance);
    }, 1);
  return trials.reduce((sum, trial) => sum + kernel(trial), 0) / Math.max(trials.length, 1);
}
