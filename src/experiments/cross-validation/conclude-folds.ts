import { join } from 'node:path';
import type { Configuration } from '../../config/schema/configuration.ts';
import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import type { Manifest } from '../../contracts/run.ts';
import { nanMean } from '../../evaluation/statistics.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { type Candidate, candidateOf, membersOf } from '../../runs/ensemble/candidates.ts';
import { chooseOnValidation } from '../../runs/ensemble/choose-on-validation.ts';
import { makeEnsemble } from '../../runs/ensemble/make-ensemble.ts';
import { ENSEMBLE_FOLDER } from '../../runs/nest-runs.ts';
import { openRun, reportFile } from '../../runs/run-folder.ts';
import type { CrossValidation } from './cross-validation-folder.ts';
import { foldFolder } from './cross-validation-folder.ts';
import { readFoldResults, readScalarFoldResults } from './fold-results.ts';
import { reportFolds } from './report-folds.ts';
import type { CrossValidationWatch } from './run-cross-validation.ts';
import { writeCrossValResults, writeScalarCrossValResults } from './write-results.ts';

/**
 * Makes of complete folds what a cross-validation comes to: the ensemble, evaluated on the test subjects, InnerEye's
 * `CrossValResults`, and the report.
 * @returns results for the manifest: those of the ensemble, and means over the folds
 */
export async function concludeFolds(
  own: CrossValidation,
  watch: Pick<CrossValidationWatch, 'signal' | 'onEnsemble' | 'onChoosing' | 'describeTests'>,
): Promise<Manifest['results']> {
  const { folder, settings } = own;
  await makeOwnEnsemble(own, watch);
  const ensemble = await openRun(join(folder, ENSEMBLE_FOLDER));
  const results = { ...ensemble.manifest.results, ...(await meansOverFolds(own)) };
  if (settings.task === 'segmentation') {
    const measured = await readFoldResults(own);
    await writeCrossValResults(folder, measured, watch.describeTests(measured));
  } else await writeScalarCrossValResults(folder, await readScalarFoldResults(own));
  const { manifest } = await openRun(folder);
  const end = { status: 'completed', finishedAt: new Date().toISOString(), results } as const;
  await reportFolds(folder, { ...manifest, ...end }, join(folder, reportFile(settings.task)));
  return results;
}

/** The ensemble is made anew each time: it takes little time, and follows from its members alone. */
async function makeOwnEnsemble(
  { folder, manifest, settings }: CrossValidation,
  watch: Pick<CrossValidationWatch, 'signal' | 'onEnsemble' | 'onChoosing'>,
): Promise<void> {
  const { method, choosesPostprocessing } = manifest.ensemble ?? {
    method: 'mean',
    choosesPostprocessing: false,
  };
  const own = await candidateOf(folder);
  const place = join(folder, ENSEMBLE_FOLDER);
  const chosen = choosesPostprocessing
    ? await choosePostprocessing(own, settings, method, watch)
    : { settings, choices: [] };
  const description = { method, members: membersOf([own], method), choices: chosen.choices };
  await makeFolder(place);
  await makeEnsemble(
    {
      folder: place,
      name: manifest.name,
      description,
      settings: chosen.settings,
      parent: manifest.id,
      tags: manifest.tags,
    },
    { signal: watch.signal, ...(watch.onEnsemble && { onEvent: watch.onEnsemble }) },
  );
}

async function choosePostprocessing(
  own: Candidate,
  settings: Configuration,
  method: EnsembleDescription['method'],
  { signal, onChoosing }: Pick<CrossValidationWatch, 'signal' | 'onChoosing'>,
): Promise<{ settings: Configuration; choices: EnsembleDescription['choices'] }> {
  // What is not a segmentation has no post-processing.
  if (settings.task !== 'segmentation') return { settings, choices: [] };
  const { postprocessing, choices } = await chooseOnValidation([own], settings, {
    method,
    subset: false,
    postprocessing: true,
    signal,
    ...(onChoosing && { onSubject: onChoosing }),
  });
  return {
    settings: { ...settings, postprocessing: [...settings.postprocessing, ...postprocessing] },
    choices,
  };
}

/** `mean of folds test/Dice` and the like, from the results of the folds. */
async function meansOverFolds({ folder, folds }: CrossValidation): Promise<Manifest['results']> {
  const all = await Promise.all(
    Array.from(
      { length: folds },
      async (_, index) => (await openRun(foldFolder(folder, index))).manifest.results,
    ),
  );
  const names = Object.keys(all[0] ?? {});
  return Object.fromEntries(
    names.map(name => {
      const mean = nanMean(all.map(results => results[name] ?? Number.NaN));
      return [`folds/${name}`, Number.isFinite(mean) ? mean : null];
    }),
  );
}
