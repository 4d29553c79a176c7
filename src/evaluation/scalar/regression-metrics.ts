import { labelled, type ScalarRow } from './row.ts';

/**
 * Errors of predicted values, by InnerEye's names. R² and explained variance as scikit-learn's: NaN for fewer than two
 * subjects or where all true values are alike.
 */
export function regressionMetrics(rows: readonly ScalarRow[]): Record<string, number> {
  const known = labelled(rows);
  const errors = known.map(({ output, label }) => output - label);
  const labels = known.map(({ label }) => label);
  const squares = mean(errors.map(error => error * error));
  const spread = variance(labels);
  return {
    mean_absolute_error: mean(errors.map(Math.abs)),
    mean_squared_error: squares,
    r2_score: spread > 0 ? 1 - squares / spread : Number.NaN,
    explained_variance: spread > 0 ? 1 - variance(errors) / spread : Number.NaN,
    mean_error: mean(errors),
    // Limits of agreement: mean error ± 1.96 standard deviations (Bland and Altman 1986).
    limits_of_agreement: 1.96 * Math.sqrt((variance(errors) * known.length) / (known.length - 1)),
    subject_count: known.length,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Population variance. */
function variance(values: readonly number[]): number {
  const centre = mean(values);
  return mean(values.map(value => (value - centre) ** 2));
}
