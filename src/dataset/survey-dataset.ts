import type { TaskData } from '../config/schema/configuration.ts';
import { targetKind } from '../config/tells-classes.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import type { Dataset, Finding, Split } from './dataset.ts';
import { emptySplits } from './empty-splits.ts';
import { findingOf } from './findings.ts';
import { identicalScans } from './identical-scans.ts';
import { readSubjects } from './load-subjects.ts';
import type { Reading } from './reading.ts';
import { poorColumns } from './scalar/poor-columns.ts';
import { unknownWords } from './scalar/unknown-words.ts';
import { validateImages } from './scalar/validate-images.ts';
import { splitSubjects } from './splits.ts';
import { validateDataset } from './validate-dataset.ts';

/** Everything that can be told of a data set before a training; parts are missing where faults prevent them. */
export interface Survey {
  readonly dataset?: Dataset;
  readonly split?: Split;
  readonly findings: readonly Finding[];
}

/**
 * Lists, splits and reads a whole data set. Whatever is wrong with the lists, the splits or single subjects becomes a
 * finding, so that one pass shows all of it.
 * @throws the signal's reason where it is aborted.
 */
export async function surveyDataset(
  settings: TaskData,
  progress: {
    readonly onProgress?: (done: number, total: number) => void;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Survey> {
  const findings: Finding[] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Fault) && !(error instanceof Faults)) throw error;
      findings.push(...findingOf(error, {}));
      return undefined;
    }
  };
  const reading: Reading | undefined = await attempt(() => readSubjects(settings));
  if (reading === undefined) return { findings };
  const { dataset, faults } = reading;
  for (const fault of faults) findings.push(...findingOf(fault, {}));
  const split = await attempt(() =>
    splitSubjects(dataset, settings.dataset.splits, { targets: targetKind(settings) }),
  );
  const found =
    settings.task === 'segmentation'
      ? await validateDataset(dataset, settings.dataset, { ...(split && { split }), ...progress })
      : await validateImages(dataset, settings.dataset, progress);
  if (settings.task !== 'segmentation') findings.push(...poorColumns(dataset, settings.dataset));
  if (split !== undefined) {
    findings.push(...emptySplits(dataset, split, settings));
    if (settings.task !== 'segmentation') findings.push(...unknownWords(split, settings.dataset.features));
    found.push(...(await identicalScans(split)));
  }
  return { dataset, ...(split && { split }), findings: [...findings, ...found] };
}
