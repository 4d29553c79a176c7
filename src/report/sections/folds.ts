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
export function foldsTable(data: CrossValidationData, link: (path: string) => string): Html {
  const { folds, scalarFolds, run, report } = data;
  const names = [...new Set([...folds, ...scalarFolds].map(({ name }) => name))];
  const single = names.filter(isFold);
  const { title, of } = scoreOf(data);
  const meanOf = (mode: string) => nanMean(single.map(name => of(name, mode)));
  const cards = [
    [
      `${title}, Test, ensemble`,
      of('ENSEMBLE', 'Test'),
      'all folds together, on subjects that none has seen',
    ],
    [`${title}, Test, single folds`, meanOf('Test'), spread(single.map(name => of(name, 'Test')))],
    [`${title}, Val`, meanOf('Val'), 'each subject by the fold that has not trained on it'],
  ] as const;
  const known = cards.filter(([, value]) => !Number.isNaN(value));
  return html`<section id="folds" aria-labelledby="folds-title"><h2 id="folds-title">${run.folds ?? single.length} folds</h2>
<div class="key">${known.map(
    ([what, value, note]) => html`<div class="card"><div class="soft">${what}</div>
<div class="value">${formatValue(value, '')}</div><div class="soft small">${note}</div></div>`,
  )}</div>
<div class="card">${table(
    `${title} of each fold. The checkpoint of each was chosen on its Val subjects, so that Val is somewhat better than new subjects would be.`,
    [
      { title: 'Fold', cell: (name: string) => reportLink(name, report, link) },
      { title: 'Val', cell: name => formatValue(of(name, 'Val'), ''), value: name => of(name, 'Val') },
      { title: 'Test', cell: name => formatValue(of(name, 'Test'), ''), value: name => of(name, 'Test') },
    ],
    names,
  )}</div></section>`;
}

/** What a fold or the ensemble is judged by: mean Dice, or the mean over targets of ROC areas or of R². */
function scoreOf({ folds, scalarFolds }: CrossValidationData): {
  title: string;
  of(name: string, mode: string): number;
} {
  const isOne = (name: string, mode: string) => (one: { name: string; mode: string }) =>
    one.name === name && one.mode === mode;
  if (scalarFolds.length === 0)
    return { title: 'Mean Dice', of: (name, mode) => meanDice(folds.find(isOne(name, mode))) };
  const metrics = [...(scalarFolds[0]?.metrics.values() ?? [])];
  const metric = metrics.some(own => own.has('area_under_roc_curve')) ? 'area_under_roc_curve' : 'r2_score';
  return {
    title: metric === 'r2_score' ? 'R²' : 'Area under ROC curve',
    of: (name, mode) => {
      const run = scalarFolds.find(isOne(name, mode));
      return nanMean([...(run?.metrics.values() ?? [])].map(own => own.get(metric) ?? Number.NaN));
    },
  };
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

function reportLink(name: string, report: string, link: (path: string) => string): Html {
  const folder = isFold(name) ? `folds/${name}` : 'ensemble';
  return html`<a href="${asHref(link(`${folder}/${report}`))}">${foldTitle(name)}</a>`;
}

const meanDice = (run: Pick<RunRows, 'rows'> | undefined): number =>
  run === undefined ? Number.NaN : nanMean([...meanDiceBySubject(run.rows).values()]);

function spread(values: readonly number[]): string {
  const { min, max } = summarize(values);
  return `from ${formatValue(min, '')} to ${formatValue(max, '')}`;
}
