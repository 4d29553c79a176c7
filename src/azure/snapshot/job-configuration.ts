import { relative } from 'node:path';
import { formatResolved } from '../../config/format-resolved.ts';
import type { Configuration } from '../../config/schema/configuration.ts';

/** Folder in a job's code for what is made for it, beside files of the project. */
export const JOB_FOLDER = 'innereye-job';
export const JOB_CONFIGURATION = `${JOB_FOLDER}/config.innereye.yaml`;
export const JOB_SPLITS = `${JOB_FOLDER}/splits.csv`;

/**
 * The resolved configuration as a job gets it: everything in one file, and paths where they are in the job's code. The
 * data set has none: where it lies on the node is told when the job runs.
 * @param codeFolder folder that plugins are relative to.
 */
export function jobConfiguration(settings: Configuration, codeFolder: string): string {
  const { path: _, ...dataset } = settings.dataset;
  const { splits } = dataset;
  const inCode = (file: string) => `../${relative(codeFolder, file).replaceAll('\\', '/')}`;
  return formatResolved({
    ...settings,
    dataset: {
      ...dataset,
      splits: { ...splits, ...(splits.file !== undefined && { file: './splits.csv' }) },
    },
    plugins: settings.plugins.map(inCode),
  } as Configuration);
}
