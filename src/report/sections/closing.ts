import { basename } from 'node:path';
import { type Html, html } from '../html.ts';
import type { ReportData } from '../report-data.ts';

/** Settings, the way to the same result again, and what the numbers mean. */
export function closing({ run, settings, splits }: ReportData): Html {
  const tolerance = splits
    .flatMap(({ rows }) => rows.map(row => row.surfaceDiceToleranceMm))
    .find(Number.isFinite);
  const overrides = run.configuration.overrides.map(override => ` --set ${override}`).join('');
  return html`<section id="settings" aria-labelledby="settings-title"><h2 id="settings-title">Settings</h2>
<details class="card"><summary>All settings, from ${basename(run.configuration.file)} and what it extends</summary><pre tabindex="0">${settings}</pre></details></section>
<section id="reproduce" aria-labelledby="reproduce-title"><h2 id="reproduce-title">How to reproduce</h2>
<div class="card">${
    run.kind === undefined &&
    html`<p>The run keeps a snapshot of its configuration, its splits and its seed. Train again from it, and compare weights and metrics bit by bit:</p>
<pre tabindex="0">innereye runs reproduce ${run.id}</pre>`
  }
<p style="margin-top:12px">${run.kind === 'ensemble' ? 'It predicts new scans with:' : 'It was started with:'}</p><pre tabindex="0">${beginning(run, overrides)}</pre>
<p class="soft small" style="margin:12px 0 0">SHA-256 of the settings: <code style="overflow-wrap:anywhere">${run.configuration.hash}</code></p></div></section>
<section id="terms" aria-labelledby="terms-title"><h2 id="terms-title">What the numbers mean</h2>
<div class="card"><dl class="terms">
${
  run.task !== 'segmentation'
    ? scalarTerms
    : html`<dt>Dice</dt><dd>2 |A ∩ B| / (|A| + |B|) of the voxels drawn and predicted: 1 where they agree, 0 where they do not overlap.</dd>
<dt>Hausdorff distance</dt><dd>The largest distance from a voxel of one to the nearest voxel of the other, in mm. One stray voxel decides it.</dd>
<dt>Hausdorff distance 95 %</dt><dd>The 95th percentile of the distances between the surfaces, the larger of both directions, in mm.</dd>
<dt>Mean distance</dt><dd>The mean over the contours of both of the distance to the other, in mm.</dd>
${tolerance !== undefined && html`<dt>Surface Dice</dt><dd>The share of both surfaces within ${tolerance} mm of the other (in metrics_extended.csv).</dd>`}
<dt>Absent structures</dt><dd>A structure that is neither drawn nor predicted, or that was not drawn in a subject, does not count. Where it is in one only, Dice is 0 and distances are infinite.</dd>`
}
</dl></div></section>`;
}

/** The command that made a run; of an ensemble the one that predicts with it, as its members say how they were trained. */
function beginning({ id, kind, folds, configuration }: ReportData['run'], overrides: string): string {
  if (kind === 'ensemble') return `innereye predict --model ${id} --input SCAN --output FOLDER`;
  const option = kind === 'cross-validation' ? ` --cross-validation ${folds}` : '';
  return `innereye train ${configuration.file}${option}${overrides}`;
}

const scalarTerms = html`<dt>ROC area</dt><dd>The share of pairs of a subject with the class and one without in which the first has the higher posterior; ties count half. 0.5 is chance.</dd>
<dt>PR area</dt><dd>The mean precision over the gains in recall; chance is the share that has the class.</dd>
<dt>Optimal threshold</dt><dd>The posterior with the largest sensitivity + specificity on the validation subjects, not on these.</dd>
<dt>Expected calibration error</dt><dd>The mean distance between posterior and the share that has the class, over 15 bins of posteriors.</dd>
<dt>R²</dt><dd>1 − mean squared error / variance of the true values: 1 is perfect, 0 no better than their mean. Explained variance leaves a constant error out.</dd>
<dt>Limits of agreement</dt><dd>1.96 standard deviations of the errors to each side of the mean error (Bland and Altman).</dd>
<dt>95 % interval</dt><dd>Percentiles of the metric over resamples of the subjects with replacement; they say nothing of other scanners or populations.</dd>`;
