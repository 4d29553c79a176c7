import type {
  Configuration,
  ScalarConfiguration,
  SegmentationConfiguration,
} from '../config/schema/configuration.ts';
import { tellsClasses } from '../config/tells-classes.ts';
import { BUNDLE_FORMAT, type ScalarBundle, type SegmentationBundle } from '../contracts/bundle.ts';
import { targetNames } from '../dataset/scalar/parse-target.ts';
import { resultStructures } from '../dicom/result-structures.ts';
import { version as programVersion } from '../foundation/version.ts';
import type { Run } from '../runs/run-folder.ts';
import { activationOf } from '../training/losses/scalar-loss.ts';
import { settingsInManifest } from './bundled-settings.ts';

/** What a bundle says of its use to whoever opens it. */
export const NOTICE =
  'For research only. This model is not a medical device: it has not been cleared or approved for clinical use, and its results must not be used to diagnose or treat a patient. It is given without warranty of any kind.';

export interface BundleName {
  readonly name: string;
  readonly version: number;
  readonly created: Date;
}

type Files = 'members' | 'combination' | 'files';

/** What the manifest of a segmentation says beside the networks and the files. */
export function describeSegmentation(
  name: BundleName,
  settings: SegmentationConfiguration,
  run: Run,
  subjects: Readonly<Record<string, number>> | undefined,
): Omit<SegmentationBundle, Files> {
  return {
    innereye_bundle: 1,
    ...describeAny(name, settings, run, subjects),
    task: 'segmentation',
    structures: resultStructures(settings.dataset.structures).map((structure, index) => ({
      ...structure,
      value: index + 1,
    })),
    postprocessing: [...settings.postprocessing],
    inference: { ...settings.inference },
  };
}

/** The same of a classification, regression or sequence. */
export function describeScalar(
  name: BundleName,
  settings: ScalarConfiguration,
  run: Run,
  subjects: Readonly<Record<string, number>> | undefined,
): Omit<ScalarBundle, Files> {
  const { size } = settings.input;
  const kind = tellsClasses(settings) ? 'class' : 'number';
  return {
    innereye_bundle: BUNDLE_FORMAT,
    ...describeAny(name, settings, run, subjects),
    task: settings.task,
    targets: targetNames(settings.dataset.targets).map(target => ({ name: target, kind })),
    exclusive: activationOf(settings) === 'softmax',
    ...(settings.dataset.channels.length > 0 &&
      size && { input_size: [...size] as [number, number, number] }),
  };
}

function describeAny(
  { name, version, created }: BundleName,
  settings: Configuration,
  { manifest }: Run,
  subjects: Readonly<Record<string, number>> | undefined,
) {
  const { preprocessing } = settings;
  const resampled = preprocessing
    .flatMap(step => ('resample' in step ? [step.resample.spacing_mm] : []))
    .at(-1);
  const expected =
    'expected_spacing_mm' in settings.dataset ? settings.dataset.expected_spacing_mm : undefined;
  const spacing = resampled ?? expected;
  const { engine, git, azure } = manifest;
  return {
    name,
    version,
    ...(settings.description !== undefined && { description: settings.description }),
    created: created.toISOString(),
    notice: NOTICE,
    channels: [...settings.dataset.channels],
    ...(spacing && { spacing_mm: [...spacing] as [number, number, number] }),
    orientation: 'RAS' as const,
    preprocessing: [...preprocessing],
    ...(engine && { engine }),
    metrics: {
      ...(manifest.best && { [`best ${manifest.best.metric}`]: manifest.best.value }),
      ...manifest.results,
    },
    lineage: {
      run: manifest.id,
      started: manifest.startedAt,
      ...(manifest.finishedAt !== undefined && { finished: manifest.finishedAt }),
      configuration_sha256: manifest.configuration.hash,
      seed: manifest.seed,
      ...(subjects && { subjects }),
      ...(git && { git }),
      innereye: programVersion,
      ...(azure && { azure_job: azure.job }),
    },
    configuration: settingsInManifest(settings),
  };
}
