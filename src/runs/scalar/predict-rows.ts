import type { ScalarConfiguration } from '../../config/schema/configuration.ts';
import type { Subject } from '../../dataset/dataset.ts';
import { targetNames } from '../../dataset/scalar/parse-target.ts';
import { targetPositions } from '../../dataset/scalar/read-visits.ts';
import { scanName, visitsOf } from '../../dataset/visits.ts';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import type { ScalarPredictor, SubjectInput } from '../../inference/scalar-predictor.ts';
import { middleImage } from '../../pipeline/middle-image.ts';
import type { PreparedHandle } from '../../pipeline/prepare-subjects.ts';
import { voxelCount, type Zyx } from '../../volume/volume.ts';
import { slotsOf, type TableFacts, valuesOf } from './table-facts.ts';

/** A prepared scan that is read when it is needed. */
export type ScanHandle = Pick<PreparedHandle, 'load'>;

/** What subjects are predicted with. */
export interface RowPrediction {
  readonly settings: ScalarConfiguration;
  readonly facts: TableFacts;
  /** Prepared scans by their name. */
  readonly handles: ReadonlyMap<string, ScanHandle>;
  /** Size of the images that the network is given; absent where it sees none. */
  readonly size?: Zyx | undefined;
  readonly predictor: ScalarPredictor;
}

/** What the network is given of a subject. */
export async function inputOfSubject(
  subject: Subject,
  { settings, facts, handles, size }: Omit<RowPrediction, 'predictor'>,
): Promise<SubjectInput> {
  const { features, present } = valuesOf(subject, facts);
  const slots = slotsOf(subject, facts);
  let images: Float32Array | undefined;
  if (size) {
    const length = voxelCount(size) * settings.dataset.channels.length;
    images = new Float32Array(length * slots.length);
    for (const [slot, visit] of slots.entries()) {
      if (!visit) continue;
      const prepared = await handles.get(scanName(subject, visit))!.load();
      images.set(middleImage(prepared, size, settings.input.padding), slot * length);
    }
  }
  return {
    ...(images && { images }),
    ...(features.length > 0 && { features: Float32Array.from(features) }),
    ...(present.length > 0 && { present: Float32Array.from(present) }),
  };
}

/** What the model says of a subject, and of each of its visits that it is to tell something of. */
export async function predictRows(subject: Subject, prediction: RowPrediction): Promise<ScalarRow[]> {
  const { settings, facts, predictor } = prediction;
  const output = await predictor.predict(await inputOfSubject(subject, prediction));
  return rowsOf(subject, output, { settings, facts });
}

/** Outputs of a network, `[target]` or `[position, target]`, in the targets' own units. */
export function rowsOf(
  subject: Subject,
  output: Float32Array,
  { settings, facts }: Pick<RowPrediction, 'settings' | 'facts'>,
): ScalarRow[] {
  const targets = targetNames(settings.dataset.targets);
  const visits = visitsOf(subject);
  const told =
    settings.task === 'sequence'
      ? targetPositions(
          settings.dataset.sequence,
          visits.map(({ position }) => position),
        )
      : () => true;
  return slotsOf(subject, facts).flatMap((visit, slot) =>
    visit && told(visit.position)
      ? targets.map((target, at) => ({
          subject: subject.id,
          ...(settings.task === 'sequence' && { position: visit.position }),
          target,
          output:
            output[slot * targets.length + at]! * facts.targets[at]!.deviation + facts.targets[at]!.mean,
          label: visit.values.targets?.[at] ?? Number.NaN,
        }))
      : [],
  );
}
