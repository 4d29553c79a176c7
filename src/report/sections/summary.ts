import { metricTitle } from '../../contracts/metric-names.ts';
import type { Manifest } from '../../contracts/run.ts';
import { meanDiceBySubject, structuresOf } from '../../evaluation/metrics-table.ts';
import { worstCases } from '../../evaluation/outliers.ts';
import { mainMetric } from '../../evaluation/scalar/scalar-metrics.ts';
import { nanMean, summarize } from '../../evaluation/statistics.ts';
import { countOf, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ReportData, ScalarSplit, SplitResults } from '../report-data.ts';
import { areClasses } from './scalar-split.ts';

/** The result in a few numbers and one sentence a split. */
export function summary({ run, splits, scalarSplits }: ReportData): Html {
  return html`<section id="summary" aria-label="Summary">
<div class="key">${splits.map(
    split => html`<div class="card"><div class="soft">Mean Dice, ${split.name}</div>
<div class="value">${formatValue(headline(run, split), '')}</div>
<div class="soft small">${spread(split)}</div></div>`,
  )}${scalarSplits.map(scalarCard)}${
    run.best !== undefined &&
    html`<div class="card"><div class="soft">Best validation</div>
<div class="value">${formatValue(run.best.value, '')}</div>
<div class="soft small">${scoreName(run)} after epoch ${run.best.epoch}${run.plan && ` of ${run.plan.epochs}`}; its weights are the model</div></div>`
  }</div>
${splits.length + scalarSplits.length === 0 && html`<p>No split has been evaluated in this run.</p>`}
${splits.map(split => html`<p>${sentence(split)}</p>`)}</section>`;
}

/** What the best validation was chosen by. */
const scoreName = ({ task, best }: Manifest): string =>
  task === 'segmentation' ? 'mean Dice' : metricTitle((best?.metric ?? '').replace('validation/', ''));

/** The mean over targets of what a classification or regression is judged by. */
function scalarCard(split: ScalarSplit): Html {
  const metric = mainMetric(areClasses(split) ? 'classification' : 'regression');
  const targets = new Set(split.rows.map(({ target }) => target));
  const values = [...targets].map(target => split.metrics.get(target)?.get(metric) ?? Number.NaN);
  const interval = targets.size === 1 ? split.intervals.get([...targets][0]!)?.get(metric) : undefined;
  const note = interval
    ? `95 % interval ${formatValue(interval.low, '')} to ${formatValue(interval.high, '')}`
    : `mean over ${countOf(targets.size, 'target')}`;
  return html`<div class="card"><div class="soft">${areClasses(split) ? 'ROC area' : 'R²'}, ${split.name}</div>
<div class="value">${formatValue(nanMean(values), '')}</div>
<div class="soft small">${note}</div></div>`;
}

/** Names of splits in `run.json`, by those of their folders. */
const SPLITS: Readonly<Record<string, string>> = { Train: 'train', Val: 'validation', Test: 'test' };

/**
 * The mean Dice of a split: what the run itself noted, as all that speaks of the run says it; the rows of metrics.csv are
 * rounded. Where they say something else, as after the split was evaluated anew, they count.
 */
function headline(run: Manifest, split: SplitResults): number {
  const measured = meanDice(split);
  const noted = run.results[`${SPLITS[split.name]}/Dice`];
  return typeof noted === 'number' && Math.abs(noted - measured) <= ROUNDING ? noted : measured;
}

/** Of a value with three digits. */
const ROUNDING = 0.0005;

const meanDice = ({ rows }: SplitResults): number => nanMean([...meanDiceBySubject(rows).values()]);

function spread({ rows }: SplitResults): string {
  const { count, min, max } = summarize([...meanDiceBySubject(rows).values()]);
  return `over ${countOf(count, 'subject')}, from ${formatValue(min, '')} to ${formatValue(max, '')}`;
}

function sentence({ name, rows }: SplitResults): Html {
  const structures = structuresOf(rows)
    .map(structure => ({
      structure,
      mean: nanMean(rows.filter(row => row.structure === structure).map(row => row.dice)),
    }))
    .filter(({ mean }) => !Number.isNaN(mean))
    .sort((a, b) => b.mean - a.mean);
  const [best, worst] = [structures[0], structures.at(-1)];
  const outliers = worstCases(rows).filter(({ outlier }) => outlier).length;
  const named = (entry: { structure: string; mean: number }) =>
    html`<b>${entry.structure}</b> (${formatValue(entry.mean, '')})`;
  if (!best || !worst) return html`<b>${name}:</b> no structure could be measured.`;
  const range =
    best === worst
      ? html`one structure, ${named(best)}`
      : html`${countOf(structures.length, 'structure')}, from ${named(best)} to ${named(worst)}`;
  const found =
    outliers === 0
      ? 'no outliers (three standard deviations)'
      : html`<a href="#worst-${name.toLowerCase()}">${countOf(outliers, 'outlier')}</a>`;
  return html`<b>${name}:</b> ${range}; ${found}.`;
}
