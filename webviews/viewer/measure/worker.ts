import type { LabelMap } from '../volume/label-map.ts';
import { compareLabels, type StructureComparison } from './measure.ts';

/** What is asked of the worker. */
export interface MeasureRequest {
  readonly prediction: LabelMap;
  readonly truth: LabelMap;
  readonly values: readonly number[];
}

export type MeasureAnswer = { readonly comparisons: StructureComparison[] } | { readonly error: string };

self.onmessage = ({ data: { prediction, truth, values } }: MessageEvent<MeasureRequest>) => {
  try {
    self.postMessage({ comparisons: compareLabels(prediction, truth, values) } satisfies MeasureAnswer);
  } catch (error) {
    self.postMessage({ error: (error as Error).message } satisfies MeasureAnswer);
  }
};
