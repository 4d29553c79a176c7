import { classesOfLabelMap } from '../dataset/class-map.ts';
import { gridDifference } from '../dataset/grid.ts';
import { asOneError } from '../dataset/reading.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import { readVolume } from '../volume/read.ts';
import { type Affine, spacingOf, type Zyx } from '../volume/volume.ts';
import { evaluateSegmentation } from './evaluate-segmentation.ts';
import type { MetricsRow } from './structure-metrics.ts';

/** What was drawn in a subject. */
export interface Truth {
  /** 0 background, k the k-th structure. */
  readonly labels: Uint8Array;
  readonly shape: Zyx;
  readonly affine: Affine;
  /** For each structure whether it was drawn; default: all were. */
  readonly drawn?: readonly boolean[];
  /** Voxels with 0 are left out. */
  readonly mask?: Uint8Array;
}

/** How a label map's numbers are to be read. */
export interface LabelCoding {
  /** Number of each structure. */
  readonly values: readonly number[];
  /** What other numbers than 0 and those are: background, or a mistake. */
  readonly others: 'background' | 'fault';
}

export interface PredictionsToEvaluate {
  /** Names of the structures, class 1 first. */
  readonly structures: readonly string[];
  /** File of each subject's prediction. */
  readonly predictions: ReadonlyMap<string, string>;
  readonly predicted: LabelCoding;
  /** Reads each subject's ground truth. */
  readonly truths: ReadonlyMap<string, () => Promise<Truth>>;
  readonly surfaceDiceToleranceMm?: number | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Compares the prediction of each subject with its ground truth; subjects without one of them are left out.
 * @throws Fault or Faults: everything that is wrong with any subject, such as a prediction on another grid
 */
export async function evaluatePredictions(task: PredictionsToEvaluate): Promise<MetricsRow[]> {
  const { structures, predictions, predicted, truths, surfaceDiceToleranceMm, signal, onProgress } = task;
  const subjects = [...predictions.keys()].filter(id => truths.has(id));
  const rows: MetricsRow[] = [];
  const faults: Fault[] = [];
  for (const [index, patient] of subjects.entries()) {
    signal?.throwIfAborted();
    onProgress?.(index, subjects.length);
    const file = predictions.get(patient)!;
    try {
      const truth = await truths.get(patient)!();
      const prediction = await readLabels(file, patient, predicted);
      requireSameGrid(truth, prediction, file, patient);
      const { shape, affine, drawn, mask } = truth;
      rows.push(
        ...evaluateSegmentation(
          {
            patient,
            prediction: prediction.labels,
            truth: truth.labels,
            shape,
            spacing: spacingOf(affine),
            structures,
            ...(drawn && { drawn }),
            ...(mask && { mask }),
          },
          surfaceDiceToleranceMm,
        ),
      );
    } catch (error) {
      if (error instanceof Faults) faults.push(...error.faults);
      else if (error instanceof Fault) faults.push(error);
      else throw error;
    }
  }
  if (faults.length > 0) throw asOneError(`${faults.length} faults; nothing was written`, faults);
  return rows;
}

/** Reads a label map as classes. @throws Fault where it cannot be read, or has numbers that mean nothing */
export async function readLabels(
  file: string,
  subject: string,
  { values, others }: LabelCoding,
): Promise<Truth> {
  const { data, shape, affine } = await readVolume(file);
  const { classes, unknown } = classesOfLabelMap(data, values, []);
  const strange = [...unknown.keys()].filter(value => others === 'fault' || !Number.isInteger(value));
  if (strange.length > 0) {
    throw new Fault(
      `the label map has the values ${strange.slice(0, 5).join(', ')}, which no structure has`,
      {
        place: { file, subject },
        remedy: `The structures have the values ${values.join(', ')}; give the configuration or values that the file was made with.`,
      },
    );
  }
  return { labels: classes, shape, affine };
}

function requireSameGrid(truth: Truth, prediction: Truth, file: string, subject: string): void {
  const difference = gridDifference(truth, prediction);
  if (difference === undefined) return;
  throw new Fault(`the prediction is not on the grid of the ground truth's image: ${difference}`, {
    place: { file, subject },
    remedy:
      'Resample the prediction (nearest neighbour) to the grid of the image, or check that it is of this subject.',
  });
}
