import { join } from 'node:path';
import { type ChangedCase, changedCases } from '../../evaluation/comparison/changed-cases.ts';
import { compareGroups, type GroupComparison } from '../../evaluation/comparison/compare-groups.ts';
import { compareMetrics, type StructureComparison } from '../../evaluation/comparison/compare-metrics.ts';
import { innerEyeColumns } from '../../evaluation/structure-metrics.ts';
import type { MeasuredRun } from './measured-run.ts';

/** What was measured in a run against what was measured in another. */
export interface MeasurementComparison {
  readonly first: string;
  readonly second: string;
  readonly mode: string;
  /** For InnerEye's three metrics. */
  readonly structures: readonly StructureComparison[];
  /** Worst first. */
  readonly changed: readonly (ChangedCase & { readonly segmentations: readonly [string, string] })[];
}

/** Compares what was measured in two runs on the same split. */
export function compareMeasurements(first: MeasuredRun, second: MeasuredRun): MeasurementComparison {
  return {
    first: first.name,
    second: second.name,
    mode: first.mode,
    structures: innerEyeColumns.flatMap(metric => compareMetrics(first.rows, second.rows, metric)),
    changed: changedCases(first.rows, second.rows).map(one => ({
      ...one,
      segmentations: [segmentation(first, one.patient), segmentation(second, one.patient)],
    })),
  };
}

/** Between the institutions of a run's subjects, where its data set says which they are. */
export function compareInstitutions({ rows, attributes }: MeasuredRun): GroupComparison[] {
  const institutionOf = (patient: string) => attributes.get(patient)?.institutionId || undefined;
  return innerEyeColumns.flatMap(metric => compareGroups(rows, institutionOf, metric));
}

const segmentation = ({ results }: MeasuredRun, patient: string): string =>
  join(results, patient, 'segmentation.nii.gz');
