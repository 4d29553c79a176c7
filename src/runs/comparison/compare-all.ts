import { resolve } from 'node:path';
import type { GroupComparison } from '../../evaluation/comparison/compare-groups.ts';
import { Fault } from '../../foundation/fault.ts';
import { compareRuns, type Difference } from '../compare-runs.ts';
import {
  compareInstitutions,
  compareMeasurements,
  type MeasurementComparison,
} from './compare-measurements.ts';
import { compareCode, compareSubjects, type SubjectsDiffering } from './compare-origins.ts';
import { type MeasuredRun, type Mode, readMeasuredRun } from './measured-run.ts';

/** A run against the first one. */
export interface RunComparison {
  /** Folders, absolute. */
  readonly first: string;
  readonly second: string;
  /** Absent where one is a folder of metrics alone. */
  readonly settings?: readonly Difference[];
  readonly results?: readonly Difference[];
  readonly identicalWeights?: boolean;
  readonly code?: readonly Difference[];
  readonly subjects?: readonly SubjectsDiffering[];
  /** Absent where one was not measured. */
  readonly measurements?: MeasurementComparison;
}

export interface Comparisons {
  readonly comparisons: readonly RunComparison[];
  /** Between institutions, of each measured run by its name. */
  readonly institutions: Readonly<Record<string, readonly GroupComparison[]>>;
  /** What was measured, in the order of the runs; those that were not are left out. */
  readonly measured: readonly MeasuredRun[];
}

/**
 * Compares runs with the first of them: configuration, code, data, weights, and what was measured.
 * @throws Fault where a folder is neither a run nor holds metrics, or two were measured on different splits
 */
export async function compareAll(paths: readonly string[], mode?: Mode): Promise<Comparisons> {
  const runs = await Promise.all(
    paths.map(async path => ({ folder: resolve(path), measured: await readMeasuredRun(path, mode) })),
  );
  const [first, ...others] = runs;
  const comparisons: RunComparison[] = [];
  for (const second of others) {
    const areRuns = [first, second].every(one => one?.measured === undefined || one.measured.run);
    comparisons.push({
      first: first!.folder,
      second: second.folder,
      ...(areRuns && (await compareOrigins(first!.folder, second.folder))),
      ...(first!.measured && second.measured && measurementsOf(first!.measured, second.measured)),
    });
  }
  const measured = runs.flatMap(one => one.measured ?? []);
  const institutions = Object.fromEntries(measured.map(run => [run.name, compareInstitutions(run)]));
  return { comparisons, institutions, measured };
}

async function compareOrigins(
  first: string,
  second: string,
): Promise<Omit<RunComparison, 'first' | 'second'>> {
  const [origins, code, subjects] = await Promise.all([
    compareRuns(first, second),
    compareCode(first, second),
    compareSubjects(first, second),
  ]);
  return { ...origins, code, subjects };
}

function measurementsOf(first: MeasuredRun, second: MeasuredRun): { measurements: MeasurementComparison } {
  if (first.mode !== second.mode) {
    throw new Fault(`${first.name} was measured on ${first.mode}, ${second.name} on ${second.mode}`, {
      place: { file: first.folder, and: second.folder },
      remedy: 'Choose a split that both were measured on with --split.',
    });
  }
  return { measurements: compareMeasurements(first, second) };
}
