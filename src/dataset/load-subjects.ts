import type { TaskData } from '../config/schema/configuration.ts';
import type { Dataset } from './dataset.ts';
import { loadDataset, readDataset } from './load-dataset.ts';
import { asOneError, type Reading } from './reading.ts';
import { readScalarDataset } from './scalar/read-scalar-dataset.ts';

/**
 * The subjects of a configuration of any task. Lists only: no image is opened.
 * @throws Fault or Faults: everything that is wrong with the lists.
 */
export async function loadSubjects(settings: TaskData): Promise<Dataset> {
  if (settings.task === 'segmentation') return loadDataset(settings.dataset);
  const { dataset, faults } = await readScalarDataset(settings.dataset);
  if (faults.length > 0) throw asOneError(`${faults.length} faults in the data set`, faults);
  return dataset;
}

/** As `loadSubjects`, but with the faults of single subjects beside the subjects that could be made out. */
export function readSubjects(settings: TaskData): Promise<Reading> {
  return settings.task === 'segmentation'
    ? readDataset(settings.dataset)
    : readScalarDataset(settings.dataset);
}
