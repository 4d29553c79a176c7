import { Random } from '../../foundation/random.ts';
import type { Interval } from '../comparison/bootstrap.ts';
import { quantileOfSorted } from '../statistics.ts';
import type { ScalarRow } from './row.ts';

/** Numbers that are no estimates, and so have no interval. */
const FIXED = new Set(['optimal_threshold', 'subject_count']);

/**
 * 95 % percentile bootstrap intervals (Efron and Tibshirani 1993) of metrics: subjects are drawn with replacement, each with all
 * of its rows, and as a subject of its own each time. A resample in which a metric is not defined, such as a ROC area of one
 * class, does not count for it; where fewer than half of them count there is no interval.
 * @param seed of the drawing; the same for the same interval
 */
export function bootstrapMetrics(
  rows: readonly ScalarRow[],
  metricsOf: (rows: readonly ScalarRow[]) => Readonly<Record<string, number>>,
  { resamples, seed }: { resamples: number; seed: number },
): Record<string, Interval> {
  const bySubject = new Map<string, ScalarRow[]>();
  for (const row of rows) bySubject.set(row.subject, [...(bySubject.get(row.subject) ?? []), row]);
  // A subject that is drawn again is another one to metrics that gather a subject's rows. Kept, as making them takes time.
  const copies = [...bySubject.values()].map((own, at) => [own.map(row => ({ ...row, subject: `${at} 0` }))]);
  if (copies.length < 2 || resamples === 0) return {};
  const random = new Random(seed, 'bootstrap');
  const found = new Map<string, number[]>();
  for (let index = 0; index < resamples; index++) {
    const times = new Uint32Array(copies.length);
    const drawn = copies.flatMap(() => {
      const at = random.below(copies.length);
      const time = times[at]!++;
      const own = copies[at]!;
      own[time] ??= own[0]!.map(row => ({ ...row, subject: `${at} ${time}` }));
      return own[time];
    });
    for (const [name, value] of Object.entries(metricsOf(drawn))) {
      if (FIXED.has(name) || !Number.isFinite(value)) continue;
      const values = found.get(name);
      if (values) values.push(value);
      else found.set(name, [value]);
    }
  }
  return Object.fromEntries(
    [...found]
      .filter(([, values]) => values.length * 2 >= resamples)
      .map(([name, values]) => {
        const sorted = values.sort((a, b) => a - b);
        return [name, { low: quantileOfSorted(sorted, 0.025), high: quantileOfSorted(sorted, 0.975) }];
      }),
  );
}
