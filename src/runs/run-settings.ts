import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  type Configuration,
  configurationSchema,
  type SegmentationConfiguration,
  type TrainingSettings,
} from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import { RUN_FILES } from './run-folder.ts';

/**
 * The settings a run was made with, all defaults and the number of epochs filled in.
 * @throws Fault where the file is missing or broken.
 */
export async function readRunSettings(runFolder: string): Promise<Configuration> {
  const file = join(runFolder, RUN_FILES.configuration);
  try {
    return configurationSchema.parse(parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Fault('the settings of the run cannot be read', {
      place: { file },
      remedy: 'Restore config.resolved.yaml from a copy, or train again from the configuration.',
      cause: error,
    });
  }
}

export const structureNames = (settings: SegmentationConfiguration): string[] =>
  settings.dataset.structures.map(({ name }) => name);

/** Crops, or subjects, of one step of the optimizer. */
export const cropsPerStep = ({ batch_size, accumulate_batches }: TrainingSettings): number =>
  batch_size * accumulate_batches;
