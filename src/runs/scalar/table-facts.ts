import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import { tellsClasses } from '../../config/tells-classes.ts';
import { tableFactsSchema } from '../../contracts/table-facts.ts';
import type { Subject, Visit } from '../../dataset/dataset.ts';
import { asOneError, gather } from '../../dataset/reading.ts';
import {
  encodeFeatures,
  type FeatureEncoding,
  featureCount,
  fitFeatures,
  spread,
} from '../../dataset/scalar/feature-encoder.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { visitsOf } from '../../dataset/visits.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { Fault } from '../../foundation/fault.ts';
import type { ScalarValues } from '../../pipeline/scalar-batches.ts';

/** How targets are scaled for training; 0 and 1 for classes. */
interface TargetScale {
  readonly mean: number;
  readonly deviation: number;
}

/** What training fixed of a table, kept beside the run's settings for prediction. */
export interface TableFacts {
  readonly features: FeatureEncoding;
  readonly targets: readonly TargetScale[];
  /** Positions of visits that the network is given; absent for tasks without. */
  readonly visits?: { readonly first: number; readonly count: number } | undefined;
}

/** In the folder of a run. */
export const TABLE_FACTS_FILE = 'table.json';

export const writeTableFacts = (folder: string, facts: TableFacts): Promise<void> =>
  writeFileAtomically(join(folder, TABLE_FACTS_FILE), `${JSON.stringify(facts, null, 1)}\n`);

/** @throws Fault where the run has none, or they are broken. */
export async function readTableFacts(folder: string): Promise<TableFacts> {
  const file = join(folder, TABLE_FACTS_FILE);
  try {
    return tableFactsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new Fault('the run does not say how its table was read', {
      place: { file },
      remedy: 'Restore the file from a copy of the run, or train again.',
      cause,
    });
  }
}

/**
 * What the training subjects fix.
 * @param everyone all subjects that are trained on or evaluated: the network is given as many visits as any of them has
 */
export function tableFacts(
  settings: ScalarConfiguration,
  training: readonly Subject[],
  everyone: readonly Subject[],
): TableFacts {
  const count = targetNames(settings.dataset.targets).length;
  const labels = (index: number) => labelledVisits(training).map(({ values }) => values.targets![index]!);
  return {
    features: fitFeatures(training, settings.dataset.features),
    targets: Array.from({ length: count }, (_, index) =>
      tellsClasses(settings) ? { mean: 0, deviation: 1 } : spread(labels(index)),
    ),
    ...(settings.task === 'sequence' && { visits: positionsOf(settings.dataset.sequence, everyone) }),
  };
}

function positionsOf(
  { minimum, maximum }: { minimum: number; maximum?: number | undefined },
  subjects: readonly Subject[],
): { first: number; count: number } {
  const last =
    maximum ?? subjects.reduce((most, { visits }) => Math.max(most, visits?.at(-1)?.position ?? 0), minimum);
  return { first: minimum, count: last - minimum + 1 };
}

const labelledVisits = (subjects: readonly Subject[]): Visit[] =>
  subjects.flatMap(visitsOf).filter(({ values }) => values.targets !== undefined);

/** Share of the training subjects or visits that have each class. */
export function classShares(settings: ScalarConfiguration, training: readonly Subject[]): number[] {
  const visits = labelledVisits(training);
  return targetNames(settings.dataset.targets).map(
    (_, index) => visits.filter(({ values }) => values.targets![index] === 1).length / visits.length,
  );
}

/** How often subjects are to be drawn so that each class, or set of classes, is seen equally often. */
export function balancedWeights(training: readonly Subject[]): number[] {
  const classes = training.map(subject => String(labelledVisits([subject]).at(-1)?.values.targets));
  const counts = new Map<string, number>();
  for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1);
  return classes.map(name => 1 / counts.get(name)!);
}

/**
 * The visits of a subject in the places that the network has for them.
 * @throws Fault for more visits than the network knows.
 */
export function slotsOf(subject: Subject, { visits }: Pick<TableFacts, 'visits'>): (Visit | undefined)[] {
  const own = visitsOf(subject);
  if (visits === undefined) return [...own];
  const { first, count } = visits;
  const beyond = own.find(({ position }) => position >= first + count);
  if (beyond !== undefined) {
    throw new Fault(
      `the subject has a visit at position ${beyond.position}, and the model knows positions ${first} to ${first + count - 1}`,
      {
        place: beyond.place,
        remedy:
          'Set dataset.sequence.maximum to leave later visits out, or train with subjects that have as many.',
      },
    );
  }
  return Array.from({ length: count }, (_, slot) => own.find(({ position }) => position === first + slot));
}

/**
 * What the network is given of each subject's table, by id.
 * @throws every Fault of `valuesOf`
 */
export function valuesOfAll(subjects: readonly Subject[], facts: TableFacts): Map<string, ScalarValues> {
  const faults: Fault[] = [];
  const values = new Map<string, ScalarValues>();
  for (const subject of subjects) {
    const own = gather(faults, () => valuesOf(subject, facts));
    if (own !== undefined) values.set(subject.id, own);
  }
  if (faults.length > 0) throw asOneError('the table does not fit the training subjects', faults);
  return values;
}

/**
 * What the network is given of a subject's table.
 * @throws Fault for a word that no training subject has, and for more visits than the network knows.
 */
export function valuesOf(subject: Subject, facts: TableFacts): ScalarValues {
  const slots = slotsOf(subject, facts);
  const sequence = facts.visits !== undefined;
  const flag = (has: (visit: Visit | undefined) => boolean) =>
    sequence ? slots.map(slot => Number(has(slot))) : [];
  return {
    features: slots.flatMap(visit =>
      visit
        ? encodeFeatures(facts.features, visit.values, visit.place)
        : Array<number>(featureCount(facts.features)).fill(0),
    ),
    targets: slots.flatMap(visit =>
      facts.targets.map(({ mean, deviation }, index) => {
        const value = visit?.values.targets?.[index];
        return value === undefined ? 0 : (value - mean) / deviation;
      }),
    ),
    present: flag(visit => visit !== undefined),
    counted: flag(visit => visit?.values.targets !== undefined),
  };
}
