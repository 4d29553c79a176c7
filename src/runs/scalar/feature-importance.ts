import type { FeatureImportance } from '../../contracts/explanation.ts';
import type { Subject } from '../../dataset/dataset.ts';
import { featureCount } from '../../dataset/scalar/feature-encoder.ts';
import { mainMetric, type ScalarKind, scalarMetrics } from '../../evaluation/scalar/scalar-metrics.ts';
import { formatCsv } from '../../foundation/csv.ts';
import { Random } from '../../foundation/random.ts';
import type { SubjectInput } from '../../inference/scalar-predictor.ts';
import type { ScalarRun } from './open-scalar-run.ts';
import { rowsOf } from './predict-rows.ts';
import type { TableFacts } from './table-facts.ts';

const REPEATS = 5;

/**
 * Permutation importance of each column (Breiman 2001): its cells are shuffled among the subjects, those of all visits of a
 * subject together, and the subjects predicted again. A column that the model does not go by has about 0.
 */
export async function featureImportance(
  { settings, facts, predictor }: Pick<ScalarRun, 'settings' | 'facts' | 'predictor'>,
  subjects: readonly { readonly subject: Subject; readonly input: SubjectInput }[],
  { kind, seed, signal }: { kind: ScalarKind; seed: number; signal: AbortSignal },
): Promise<FeatureImportance[]> {
  const score = async (featuresOf: (index: number) => Float32Array) => {
    const rows = [];
    for (const [index, { subject, input }] of subjects.entries()) {
      signal.throwIfAborted();
      const output = await predictor.predict({ ...input, features: featuresOf(index) });
      rows.push(...rowsOf(subject, output, { settings, facts }));
    }
    return scalarMetrics(kind, rows).score;
  };
  const own = (index: number) => subjects[index]!.input.features!;
  const baseline = await score(own);
  const width = featureCount(facts.features);
  const found: FeatureImportance[] = [];
  for (const { feature, begin, length } of columnsOf(facts)) {
    const drops: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      const order = new Random(seed, 'permutation', feature, repeat).permutation(subjects.length);
      const shuffled = (index: number) =>
        own(index).map((value, at) => {
          const column = at % width;
          return column >= begin && column < begin + length ? own(order[index]!)[at]! : value;
        });
      drops.push(baseline - (await score(shuffled)));
    }
    const drop = drops.reduce((sum, value) => sum + value, 0) / REPEATS;
    const deviation = Math.sqrt(drops.reduce((sum, value) => sum + (value - drop) ** 2, 0) / (REPEATS - 1));
    found.push({ feature, metric: mainMetric(kind), baseline, drop, deviation });
  }
  return found;
}

/** Which of the network's inputs come from which column. */
function columnsOf({ features }: TableFacts): { feature: string; begin: number; length: number }[] {
  let begin = 0;
  return [
    ...features.numerical.map(({ column }) => ({ feature: column, length: 1 })),
    ...features.categorical.map(({ column, words }) => ({ feature: column, length: words.length })),
  ].map(({ feature, length }) => {
    const place = { feature, begin, length };
    begin += length;
    return place;
  });
}

export const formatImportance = (importance: readonly FeatureImportance[]): string =>
  formatCsv(
    ['feature', 'metric', 'baseline', 'drop', 'deviation'],
    importance.map(({ feature, metric, baseline, drop, deviation }) => [
      feature,
      metric,
      String(baseline),
      String(drop),
      String(deviation),
    ]),
  );
