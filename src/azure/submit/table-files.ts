import type { TaskData } from '../../config/schema/configuration.ts';
import { loadSubjects } from '../../dataset/load-subjects.ts';
import { filesOf } from '../../runs/dataset-files.ts';
import { volumeFiles } from '../../volume/read.ts';

/**
 * A csv that a configuration names as its data set, and all that it names: what else lies beside it, of other studies
 * perhaps, does not leave this machine.
 * @throws Fault or Faults where the table is broken, or a file that it names is missing.
 */
export async function filesOfTable(table: string, settings: TaskData): Promise<string[]> {
  const { subjects } = await loadSubjects(settings);
  const volumes = new Set(subjects.flatMap(subject => filesOf(subject).map(([file]) => file)));
  const files = [table];
  for (const volume of volumes) files.push(...(await volumeFiles(volume)));
  // A volume in HDF5 is named with what is meant in its file: path|dataset|channel.
  return files.map(file => file.split('|')[0]!);
}
