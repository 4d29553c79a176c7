import type { Fault } from '../../src/foundation/fault.ts';
import type { PredictedPair } from '../../src/runs/predict-each.ts';
import { faultFrom } from './run-program.ts';

/** What came of predicting scans. */
export interface PredictionResult {
  readonly predictions: readonly PredictedPair[];
  /** What to tell of the scans that could not be predicted. */
  readonly failure?: Fault;
}

interface Said {
  readonly predictions: readonly PredictedPair[];
  readonly failed: readonly { readonly id: string; readonly errors: readonly string[] }[];
}

/**
 * Reads what `innereye predict --json` said.
 * @throws Fault where no scan could be predicted
 */
export function readPredictions(output: string): PredictionResult {
  const { predictions, failed } = JSON.parse(output) as Said;
  const [first] = failed;
  if (!first) return { predictions };
  const failure = faultFrom(first.errors[0] ?? '');
  if (predictions.length === 0 && failed.length === 1) throw failure;
  failure.message = `${failed.length} of ${predictions.length + failed.length} scans are not predicted; ${first.id}: ${failure.message}`;
  if (predictions.length === 0) throw failure;
  return { predictions, failure };
}
