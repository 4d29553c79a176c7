import { labelled, rankOf, type ScalarRow } from './row.ts';

/** InnerEye's number of bins. */
const BINS = 15;
/** Temperatures that are tried. Much lower ones would round posteriors to 0 and 1. */
const [LOWEST, HIGHEST] = [1 / 4, 10];
/** Posteriors are kept so far from 0 and 1, where their logarithms end. */
const EDGE = 1e-7;

/** Subjects with posteriors of about the same height. */
export interface ReliabilityBin {
  /** Mean posterior. */
  readonly posterior: number;
  /** Share that has the class. */
  readonly frequency: number;
  readonly count: number;
}

/** How often the class is there where the model is so sure of it, in bins of equal width that hold any subject. */
export function reliability(rows: readonly ScalarRow[], bins = BINS): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ posterior: 0, present: 0, count: 0 }));
  for (const { output, label } of labelled(rows)) {
    const bin = sums[Math.min(bins - 1, Math.floor(output * bins))]!;
    bin.posterior += output;
    bin.present += label;
    bin.count++;
  }
  return sums
    .filter(({ count }) => count > 0)
    .map(({ posterior, present, count }) => ({
      posterior: posterior / count,
      frequency: present / count,
      count,
    }));
}

/** Expected calibration error (Naeini et al. 2015): mean distance of posterior and frequency over the bins, by subjects. */
export function calibrationError(rows: readonly ScalarRow[]): number {
  const bins = reliability(rows);
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce(
    (sum, { posterior, frequency, count }) => sum + (count / all) * Math.abs(posterior - frequency),
    all === 0 ? Number.NaN : 0,
  );
}

/**
 * The rows with posteriors as if the network's logits had been divided by a temperature (Guo et al. 2017).
 * @param exclusive whether the classes of a subject exclude each other
 */
export function tempered(rows: readonly ScalarRow[], temperature: number, exclusive: boolean): ScalarRow[] {
  const kept = (posterior: number) => Math.min(Math.max(posterior, EDGE), 1 - EDGE);
  if (!exclusive) {
    return rows.map(row => {
      const p = kept(row.output);
      return { ...row, output: 1 / (1 + ((1 - p) / p) ** (1 / temperature)), ranking: rankOf(row) };
    });
  }
  const powers = rows.map(({ output }) => kept(output) ** (1 / temperature));
  const sums = new Map<string, number>();
  rows.forEach((row, index) => {
    sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + powers[index]!);
  });
  return rows.map((row, index) => ({
    ...row,
    output: powers[index]! / sums.get(keyOf(row))!,
    ranking: rankOf(row),
  }));
}

const keyOf = ({ subject, position }: ScalarRow): string => `${position ?? ''} ${subject}`;

/**
 * The temperature that makes the posteriors of what is true likeliest, between 1/4 and 10; 1 where there is nothing to learn
 * from. The mean negative log-likelihood has one minimum in 1 / temperature, which a golden-section search finds.
 */
export function fitTemperature(rows: readonly ScalarRow[], exclusive: boolean): number {
  const known = labelled(rows);
  if (new Set(known.map(({ label }) => label)).size < 2) return 1;
  const cost = (logarithm: number) =>
    negativeLogLikelihood(tempered(known, Math.exp(logarithm), exclusive), exclusive);
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(LOWEST), Math.log(HIGHEST)];
  while (high - low > 1e-6) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (cost(left) <= cost(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

function negativeLogLikelihood(rows: readonly ScalarRow[], exclusive: boolean): number {
  return -rows.reduce((sum, { output, label }) => {
    if (label === 1) return sum + Math.log(Math.max(output, EDGE));
    return exclusive ? sum : sum + Math.log(Math.max(1 - output, EDGE));
  }, 0);
}
