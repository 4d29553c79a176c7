import { labelled, type ScalarRow } from '../../evaluation/scalar/row.ts';
import { drawAgreement, drawRoc } from '../charts/agreement.ts';
import { asId, countOf, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ScalarSplit } from '../report-data.ts';

/** What a classification or regression reached on a split: a chart and the metrics of each target. */
export function scalarSplitSection(split: ScalarSplit, task: string): Html {
  const { name, rows, metrics } = split;
  const subjects = new Set(rows.map(({ subject }) => subject)).size;
  return html`<section id="${asId(name)}" aria-labelledby="${asId(name)}-title">
<h2 id="${asId(name)}-title">${name}: ${countOf(subjects, 'subject')}</h2>
${[...metrics].map(([target, values]) =>
  targetCard(
    target,
    values,
    labelled(rows).filter(row => row.target === target),
    task,
  ),
)}</section>`;
}

function targetCard(
  target: string,
  values: ReadonlyMap<string, number>,
  rows: readonly ScalarRow[],
  task: string,
): Html {
  return html`<div class="card"><h3>${target}</h3>
${rows.length > 1 && (task === 'regression' ? drawAgreement(rows, target) : drawRoc(rows, target))}
<table><thead><tr><th>Metric</th><th class="number">Value</th></tr></thead><tbody>
${[...values].map(
  ([metric, value]) =>
    html`<tr><td>${metric.replaceAll('_', ' ')}</td><td class="number">${formatValue(value, '')}</td></tr>`,
)}</tbody></table></div>`;
}
