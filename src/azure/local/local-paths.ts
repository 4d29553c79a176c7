import { dirname } from 'node:path';

/** Tables that say where the files of each subject are. */
export const isPathTable = (name: string): boolean => /(^|\/)((train|val|test)_)?dataset\.csv$/.test(name);

/** Where data lies on the node of a job, whichever it is. */
const ON_NODE = /[^\s,"|]*\/innereye-jobs\/[^/\s,"|]+\/dataset(?=[/\s,"|]|$)/g;

/**
 * A table of a job with files where they lie on this machine.
 * @param dataset folder of the data set here, or its file.
 */
export function withLocalPaths(table: string, dataset: string): string {
  const folder = /\.(csv|json)$/i.test(dataset) ? dirname(dataset) : dataset.replace(/[/\\]+$/, '');
  return table.replaceAll(ON_NODE, () => folder);
}
