import type { DatasetSettings, ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { datasetSchema } from '../../config/schema/dataset.ts';

/** The images of a table's subjects as a data set without structures, so that they are read and prepared like any. */
export function imageSettings({ channels, splits }: ScalarDatasetSettings): DatasetSettings {
  const named = datasetSchema.parse({ channels: [...channels], structures: [{ name: 'none' }] });
  return { ...named, splits, structures: [] };
}
