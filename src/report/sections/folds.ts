import type { EnsembleDescription } from '../../contracts/ensemble.ts';
import type { RunRows } from '../../evaluation/comparison/all-runs-table.ts';
import { meanDiceBySubject } from '../../evaluation/metrics-table.ts';
import { nanMean, summarize } from '../../evaluation/statistics.ts';
import { foldTitle } from '../charts/fold-box-plot.ts';
import type { CrossValidationData } from '../cross-validation-report.ts';
import { asHref, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import { table } from '../table.ts';

/** What the folds have come to in one table, and the result in a few numbers. */
export function foldsTable(
  { folds, scalarFolds, run }: CrossValidationData,
  link: (path: string) => string,
): Html {
  const names = [...new Set([...folds, ...scalarFolds].map(({ name }) => name))];
  const single = names.filter(isFold);
  const diceOf = (name: string, mode: string) =>
    meanDice(folds.find(one => one.name === name && one.mode === mode));
  const cards = [
    [
      'Mean Dice, Test, ensemble',
      diceOf('ENSEMBLE', 'Test'),
      'all folds together, on subjects that none has seen',
    ],
    [
      'Mean Dice, Test, single folds',
      nanMean(single.map(name => diceOf(name, 'Test'))),
      spread(single.map(name => diceOf(name, 'Test'))),
    ],
    [
      'Mean Dice, Val',
      meanDice(pooled(folds.filter(({ mode }) => mode === 'Val'))),
      'each subject by the fold that has not trained on it',
    ],
  ] as const;
  const known = cards.filter(([, value]) => !Number.isNaN(value));
  return html`<section id="folds" aria-labelledby="folds-title"><h2 id="folds-title">${run.folds ?? single.length} folds</h2>
<div class="key">${known.map(
    ([title, value, note]) => html`<div class="card"><div class="soft">${title}</div>
<div class="value">${formatValue(value, '')}</div><div class="soft small">${note}</div></div>`,
  )}</div>
${
  folds.length > 0 &&
  html`<div class="card">${table(
    'Mean over subjects of their mean Dice. The checkpoint of each fold was chosen on its Val subjects, so that Val is somewhat better than new subjects would be.',
    [
      { title: 'Fold', cell: (name: string) => reportLink(name, link) },
      {
        title: 'Val',
        cell: name => formatValue(diceOf(name, 'Val'), ''),
        value: name => diceOf(name, 'Val'),
      },
      {
        title: 'Test',
        cell: name => formatValue(diceOf(name, 'Test'), ''),
        value: name => diceOf(name, 'Test'),
      },
    ],
    names,
  )}</div>`
}</section>`;
}

/** What was chosen for the ensemble, and by which numbers. */
export function chosenOnValidation(choices: EnsembleDescription['choices']): Html {
  if (choices.length === 0) return html``;
  return html`<div class="card"><h3>Chosen on validation subjects</h3>
${table(
  'Mean Dice of validation subjects, each by the fold that has not trained on it. Test subjects had no say.',
  [
    { title: 'Choice', cell: (one: EnsembleDescription['choices'][number]) => one.what },
    {
      title: 'Dice',
      cell: one => formatValue(one.dice ?? Number.NaN, ''),
      value: one => one.dice ?? Number.NaN,
    },
    { title: 'Taken', cell: one => (one.taken ? 'yes' : 'no') },
  ],
  choices,
)}</div>`;
}

const isFold = (name: string): boolean => /^\d+$/.test(name);

function reportLink(name: string, link: (path: string) => string): Html {
  const folder = isFold(name) ? `folds/${name}` : 'ensemble';
  return html`<a href="${asHref(link(`${folder}/reports/report_Segmentation.html`))}">${foldTitle(name)}</a>`;
}

const meanDice = (run: Pick<RunRows, 'rows'> | undefined): number =>
  run === undefined ? Number.NaN : nanMean([...meanDiceBySubject(run.rows).values()]);

const pooled = (runs: readonly RunRows[]): Pick<RunRows, 'rows'> => ({
  rows: runs.filter(({ name }) => isFold(name)).flatMap(({ rows }) => rows),
});

function spread(values: readonly number[]): string {
  const { min, max } = summarize(values);
  return `from ${formatValue(min, '')} to ${formatValue(max, '')}`;
}
