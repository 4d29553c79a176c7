import { createHash } from 'node:crypto';
import type { EnsembleDescription } from '../contracts/ensemble.ts';
import { script } from '../contracts/report-script.ts';
import type { Manifest } from '../contracts/run.ts';
import type { RunRows } from '../evaluation/comparison/all-runs-table.ts';
import type { ScalarRun } from '../evaluation/cross-validation/aggregate-scalar.ts';
import { asId } from './format.ts';
import { Html, html } from './html.ts';
import { closing } from './sections/closing.ts';
import { foldSplitSection } from './sections/fold-split.ts';
import { chosenOnValidation, foldsTable } from './sections/folds.ts';
import { header } from './sections/header.ts';
import { scalarFoldsSection } from './sections/scalar-folds.ts';
import { style } from './style.ts';

/** All that the report of a cross-validation shows. */
export interface CrossValidationData {
  readonly run: Manifest;
  /** Resolved configuration, as YAML. */
  readonly settings: string;
  /** What was measured in each fold and the ensemble, split by split. */
  readonly folds: readonly RunRows[];
  /** The same of a task without structures. */
  readonly scalarFolds: readonly ScalarRun[];
  /** Where the report of a run lies in its folder. */
  readonly report: string;
  /** What was chosen for the ensemble on validation subjects. */
  readonly choices: EnsembleDescription['choices'];
}

/** The names of the splits, the most telling first. */
const MODES = ['Test', 'Val'];

/** The text of the report. @param link makes a path of the run relative to the report's folder */
export function renderCrossValidation(data: CrossValidationData, link: (path: string) => string): string {
  const modes = MODES.filter(mode => data.folds.some(one => one.mode === mode));
  const sections = [
    { id: 'folds', title: 'Folds' },
    ...modes.map(mode => ({ id: asId(mode), title: `${mode} results` })),
    ...(data.scalarFolds.length > 0 ? [{ id: 'results', title: 'Results' }] : []),
    { id: 'settings', title: 'Settings' },
    { id: 'reproduce', title: 'Reproduce' },
    { id: 'terms', title: 'Definitions' },
  ];
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`;
  const page = { folder: '', curves: NO_CURVES, splits: [], scalarSplits: [], ...data };
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${data.run.name}: cross-validation</title><style>${new Html(style)}</style></head>
<body>${header(page, sections)}
<main>${foldsTable(data, link)}
${chosenOnValidation(data.choices)}
${modes.map(mode =>
  foldSplitSection(
    mode,
    data.folds.filter(one => one.mode === mode),
  ),
)}
${data.scalarFolds.length > 0 && scalarFoldsSection(data.scalarFolds)}
${closing(page)}</main>
<footer>Made by InnerEye ${data.run.innereye}. For research; the report names patients, so handle this file as such.</footer>
<script>${new Html(script)}</script></body></html>
`.text;
}

const NO_CURVES = { loss: [], learningRate: [], validationDice: [], validationScore: [] };
