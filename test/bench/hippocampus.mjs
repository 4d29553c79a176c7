// The scans that trainings are measured on: the Decathlon's hippocampi, which are not part of the project.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const CONFIGURATION = 'examples/hippocampus.innereye.yaml';

/** The folder of Task04_Hippocampus, named by `INNEREYE_HIPPOCAMPUS` or beside the project; undefined where there is none. */
export function hippocampusFolder() {
  const folder = resolve(process.env.INNEREYE_HIPPOCAMPUS ?? '../shared/data/hippocampus');
  return existsSync(`${folder}/dataset.json`) ? folder : undefined;
}

export const NO_SCANS = 'no hippocampus scans; name the folder of Task04_Hippocampus in INNEREYE_HIPPOCAMPUS';
