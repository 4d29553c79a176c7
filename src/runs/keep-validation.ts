import { join } from 'node:path';
import type { NewEvent } from '../contracts/events.ts';
import { restoreLabels } from '../pipeline/restore.ts';
import type { KeepPrediction } from './validate-volumes.ts';
import { writePrediction } from './write-prediction.ts';

/** In the folder of a run. */
export const VALIDATION_FOLDER = 'validation';

/** Where a validation stands. */
export interface ValidationMoment {
  readonly folder: string;
  /** Epochs done. */
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  /** Ids of the subjects whose predictions are kept. */
  readonly subjects: ReadonlySet<string>;
  emit(event: NewEvent): void;
}

/**
 * Writes what a validation predicts as `validation/epoch_<epochs done>/<subject>/segmentation.nii.gz` on the grid of the
 * image's file, so that an epoch can be looked at beside its curve.
 */
export function keepValidation({ folder, epoch, step, subjects, emit }: ValidationMoment): KeepPrediction {
  return async (subject, predicted) => {
    if (!subjects.has(subject.id)) return;
    const place = `${VALIDATION_FOLDER}/epoch_${String(epoch).padStart(3, '0')}/${subject.id}`;
    const labels = restoreLabels(predicted, subject).data;
    await writePrediction(join(folder, place), { grid: subject.original, labels }, []);
    emit({
      type: 'image',
      epoch: epoch - 1,
      step,
      split: 'validation',
      subject: subject.id,
      kind: 'prediction',
      path: `${place}/segmentation.nii.gz`,
    });
  };
}
