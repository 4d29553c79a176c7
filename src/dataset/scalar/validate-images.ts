import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { type Dataset, type Finding, isLabelled } from '../dataset.ts';
import { type ValidationOptions, validateDataset } from '../validate-dataset.ts';
import { scansOf } from '../visits.ts';
import { imageSettings } from './image-settings.ts';

/** Reads every image of a table's subjects and reports all that is wrong, and what of the table has no label. */
export async function validateImages(
  dataset: Dataset,
  settings: ScalarDatasetSettings,
  options: Pick<ValidationOptions, 'onProgress' | 'signal'> = {},
): Promise<Finding[]> {
  const findings =
    settings.channels.length === 0
      ? []
      : await validateDataset(
          { ...dataset, subjects: scansOf(dataset.subjects) },
          imageSettings(settings),
          options,
        );
  return [...findings, ...unlabelled(dataset)];
}

function unlabelled({ subjects, folder }: Dataset): Finding[] {
  const without = subjects.filter(subject => !isLabelled(subject));
  if (without.length === 0) return [];
  return [
    {
      severity: 'warning',
      message: `${without.length} of ${subjects.length} subjects have no label and are in no split`,
      place: without.length === 1 ? without[0]!.place : { file: folder },
      remedy: 'They can only be predicted; fill in their targets if they are meant to train.',
    },
  ];
}
