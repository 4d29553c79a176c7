import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Manifest } from '../../contracts/run.ts';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { renderCrossValidation } from '../../report/cross-validation-report.ts';
import { readEnsemble } from '../../runs/ensemble/ensemble-folder.ts';
import { ENSEMBLE_FOLDER } from '../../runs/nest-runs.ts';
import { RUN_FILES, reportFile } from '../../runs/run-folder.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { asRunRows, readFoldResults, readScalarFoldResults } from './fold-results.ts';

/**
 * Writes the report of a cross-validation from the files of its folds and its ensemble.
 * @param run its manifest, as the report shall have it
 * @param file the report
 * @throws Fault where there is no ensemble yet
 */
export async function reportFolds(folder: string, run: Manifest, file: string): Promise<void> {
  const settings = await readRunSettings(folder);
  const own = { folder, folds: run.folds ?? 0, settings };
  const isSegmentation = settings.task === 'segmentation';
  const { choices } = await readEnsemble(join(folder, ENSEMBLE_FOLDER));
  const text = renderCrossValidation(
    {
      run,
      settings: await readFile(join(folder, RUN_FILES.configuration), 'utf8'),
      folds: isSegmentation ? (await readFoldResults(own)).map(asRunRows) : [],
      scalarFolds: isSegmentation ? [] : await readScalarFoldResults(own),
      report: reportFile(settings.task),
      choices,
    },
    path => relative(dirname(file), join(folder, path)),
  );
  await writeFileAtomically(file, text);
}
