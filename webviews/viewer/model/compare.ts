import { effect } from '@preact/signals';
import { measure } from '../measure/client.ts';
import { onSameGrid } from '../measure/measure.ts';
import type { View } from './view.ts';

/** Editing goes on while one draws: the comparison waits this long for the next stroke. */
const PAUSE_MILLISECONDS = 400;

/** Compares a view's prediction with its ground truth whenever they are there or change. Returns what ends it. */
export function keepComparing(view: View): () => void {
  let work = new AbortController();
  const stop = effect(() => {
    const { truth, prediction } = { truth: view.truth.value, prediction: view.prediction.value };
    const revisions = [truth?.revision.value ?? 0, prediction?.revision.value ?? 0];
    work.abort();
    work = new AbortController();
    const [drawn, predicted] = [truth?.map.value, prediction?.map.value];
    if (!drawn || !predicted || !truth) {
      view.comparisons.value = undefined;
      return;
    }
    if (!onSameGrid(drawn, predicted)) {
      view.comparisonFault.value =
        'Prediction and ground truth lie on different grids: they are shown, but not measured against each other.';
      return;
    }
    const { signal } = work;
    const pause = revisions.some(revision => revision > 0) ? PAUSE_MILLISECONDS : 0;
    const timer = setTimeout(async () => {
      view.comparisons.value = 'measuring';
      try {
        const values = [...truth.names.peek().keys()];
        view.comparisons.value = await measure({ prediction: predicted, truth: drawn, values }, signal);
      } catch (error) {
        if (signal.aborted) return;
        view.comparisons.value = undefined;
        view.comparisonFault.value = `The comparison failed: ${(error as Error).message}`;
      }
    }, pause);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
  return () => {
    stop();
    work.abort();
  };
}
