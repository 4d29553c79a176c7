import { metricTitle } from '../../contracts/metric-names.ts';
import { confusion } from '../../evaluation/scalar/averages.ts';
import { labelled, type ScalarRow } from '../../evaluation/scalar/row.ts';
import {
  drawAgreement,
  drawBlandAltman,
  drawPrecisionRecall,
  drawReliability,
  drawRoc,
} from '../charts/agreement.ts';
import { asId, countOf, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ScalarSplit } from '../report-data.ts';
import { extremeCases } from './extreme-cases.ts';

/** Whether the targets of a split are classes; their metrics say so. */
export const areClasses = ({ metrics }: Pick<ScalarSplit, 'metrics'>): boolean =>
  [...metrics.values()].some(values => values.has('area_under_roc_curve'));

/**
 * What a classification, regression or sequence model reached on a split: charts and metrics of each target, confusion, best
 * and worst cases.
 * @param link makes a path relative to the report of an absolute one
 */
export function scalarSplitSection(split: ScalarSplit, link: (path: string) => string): Html {
  const { name, metrics } = split;
  const rows = labelled(split.rows);
  const subjects = new Set(rows.map(({ subject }) => subject)).size;
  const targets = new Set(rows.map(({ target }) => target));
  return html`<section id="${asId(name)}" aria-labelledby="${asId(name)}-title">
<h2 id="${asId(name)}-title">${name}: ${countOf(subjects, 'subject')}</h2>
${[...metrics.keys()].map(target =>
  targetCard(
    split,
    target,
    rows.filter(row => row.target === target),
  ),
)}
${areClasses(split) && targets.size > 1 && isExclusive(rows) && confusionCard(rows)}
${[...targets].map(target =>
  extremeCases(
    split,
    target,
    rows.filter(row => row.target === target),
    link,
  ),
)}</section>`;
}

/** A group such as an average over classes has metrics, but no rows of its own to draw. */
function targetCard(split: ScalarSplit, target: string, rows: readonly ScalarRow[]): Html {
  const values = split.metrics.get(target)!;
  const intervals = split.intervals.get(target);
  const classes = areClasses(split);
  const charts =
    rows.length < 2
      ? []
      : classes
        ? [
            ['ROC', drawRoc(rows, target)] as const,
            ['Precision and recall', drawPrecisionRecall(rows, target)] as const,
            ['Calibration', drawReliability(rows, target)] as const,
          ]
        : [
            ['Predicted and true', drawAgreement(rows, target)] as const,
            ['Bland–Altman', drawBlandAltman(rows, target)] as const,
          ];
  const threshold = values.get('optimal_threshold');
  return html`<div class="card"><h3>${target}</h3>
<div class="pair">${charts.map(([title, chart]) => html`<figure><h4>${title}</h4>${chart}</figure>`)}</div>
${classes && rows.length > 0 && threshold !== undefined && counts(rows, threshold)}
<table><thead><tr><th>Metric</th><th class="number">Value</th><th class="number">95 % interval</th></tr></thead><tbody>
${[...values].map(([metric, value]) => {
  const interval = intervals?.get(metric);
  return html`<tr><td>${metricTitle(metric)}</td><td class="number">${formatValue(value, '')}</td><td class="number">${interval ? `${formatValue(interval.low, '')} to ${formatValue(interval.high, '')}` : ''}</td></tr>`;
})}</tbody></table></div>`;
}

/** Right and wrong at 0.5 and at the threshold that was chosen on the validation subjects, if one was. */
function counts(rows: readonly ScalarRow[], chosen: number): Html {
  const at = (threshold: number) => {
    const of = (told: boolean, label: number) =>
      rows.filter(row => row.output >= threshold === told && row.label === label).length;
    return [of(true, 1), of(false, 1), of(true, 0), of(false, 0)];
  };
  const line = (name: string, threshold: number) =>
    html`<tr><th scope="row">${name}</th>${at(threshold).map(count => html`<td class="number">${count}</td>`)}</tr>`;
  return html`<table><thead><tr><th>Threshold</th><th class="number">has it, found</th><th class="number">has it, missed</th><th class="number">has it not, found</th><th class="number">has it not, left alone</th></tr></thead><tbody>
${line('0.5', 0.5)}${!Number.isNaN(chosen) && line(`${chosen.toPrecision(3)} (validation)`, chosen)}</tbody></table>`;
}

/** Whether each subject or visit has exactly one of the classes. */
function isExclusive(rows: readonly ScalarRow[]): boolean {
  const found = new Map<string, number>();
  for (const { subject, position, label } of rows) {
    const key = `${position ?? ''} ${subject}`;
    found.set(key, (found.get(key) ?? 0) + label);
  }
  return [...found.values()].every(count => count === 1);
}

function confusionCard(rows: readonly ScalarRow[]): Html {
  const matrix = confusion(rows);
  const classes = [...matrix.keys()];
  return html`<div class="card"><h3>Confusion</h3><table><thead><tr><th>True class</th>${classes.map(name => html`<th class="number">told ${name}</th>`)}</tr></thead><tbody>
${classes.map(
  actual =>
    html`<tr><th scope="row">${actual}</th>${classes.map(told => html`<td class="number">${matrix.get(actual)!.get(told) ?? 0}</td>`)}</tr>`,
)}</tbody></table></div>`;
}
