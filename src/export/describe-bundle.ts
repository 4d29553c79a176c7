import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import { BUNDLE_FORMAT, type BundleManifest } from '../contracts/bundle.ts';
import { resultStructures } from '../dicom/result-structures.ts';
import { version as programVersion } from '../foundation/version.ts';
import type { Run } from '../runs/run-folder.ts';

/** What a bundle says of its use to whoever opens it. */
export const NOTICE =
  'For research only. This model is not a medical device: it has not been cleared or approved for clinical use, and its results must not be used to diagnose or treat a patient. It is given without warranty of any kind.';

export interface BundleName {
  readonly name: string;
  readonly version: number;
  readonly created: Date;
}

/** What the manifest says beside the networks and the files. */
export function describeBundle(
  { name, version, created }: BundleName,
  settings: SegmentationConfiguration,
  { manifest }: Run,
  subjects: Readonly<Record<string, number>> | undefined,
): Omit<BundleManifest, 'members' | 'combination' | 'files'> {
  const { dataset, preprocessing, postprocessing, inference } = settings;
  const resampled = preprocessing
    .flatMap(step => ('resample' in step ? [step.resample.spacing_mm] : []))
    .at(-1);
  const spacing = resampled ?? dataset.expected_spacing_mm;
  const { engine, git, azure } = manifest;
  return {
    innereye_bundle: BUNDLE_FORMAT,
    name,
    version,
    ...(settings.description !== undefined && { description: settings.description }),
    created: created.toISOString(),
    notice: NOTICE,
    task: 'segmentation',
    channels: [...dataset.channels],
    structures: resultStructures(dataset.structures).map((structure, index) => ({
      ...structure,
      value: index + 1,
    })),
    ...(spacing && { spacing_mm: [...spacing] }),
    orientation: 'RAS',
    preprocessing: [...preprocessing],
    postprocessing: [...postprocessing],
    inference: { ...inference },
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
    configuration: settings,
  };
}
