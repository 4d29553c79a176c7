import { drawCurves } from '../charts/curves.ts';
import { type Html, html } from '../html.ts';
import type { ReportData } from '../report-data.ts';

const average = 'AverageAcrossStructures';

/** How the training went: validation Dice, loss and learning rate over the epochs. */
export function trainingSection({ curves, run }: ReportData): Html {
  const { loss, learningRate, validationDice, validationScore } = curves;
  if (loss.length === 0 && validationDice.length === 0) return html``;
  const size = { width: 560, height: 300 };
  const losses = loss.map(({ value }) => value);
  const dice = [...validationDice]
    .sort((a, b) => Number(b.name === average) - Number(a.name === average))
    .map(({ name, points }) => ({ name: name === average ? 'mean' : name, points, main: name === average }));
  return html`<section id="training" aria-labelledby="training-title"><h2 id="training-title">Training</h2>
<div class="pair">
<figure class="card"><h3>Training loss</h3>${drawCurves([{ name: 'loss', points: loss, main: true }], {
    size,
    yName: 'Loss',
    best: run.best?.epoch,
    description: `Training loss over ${loss.length} epochs, from ${losses[0]?.toFixed(3)} to ${losses.at(-1)?.toFixed(3)}.`,
    yAxis: { scale: true },
  })}</figure>
<figure class="card"><h3>Learning rate</h3>${drawCurves(
    [{ name: 'learning rate', points: learningRate, main: true }],
    {
      size,
      yName: 'Learning rate',
      description: 'Learning rate over the epochs.',
      yLabel: { formatter: (value: number) => (value === 0 ? '0' : value.toExponential(0)) },
    },
  )}</figure></div>
${
  validationScore.length > 0 &&
  html`<figure class="card wide"><h3>Validation</h3>${drawCurves(
    [{ name: 'score', points: validationScore, main: true }],
    {
      size: { width: 1140, height: 380 },
      yName: run.best?.metric.endsWith('r2_score') ? 'R²' : 'ROC area',
      best: run.best?.epoch,
      description: `What the best checkpoint was chosen by, over the epochs${run.best ? `; the best is ${run.best.value.toFixed(3)} after epoch ${run.best.epoch}` : ''}.`,
      yAxis: { scale: true },
    },
  )}</figure>`
}
${
  dice.length > 0 &&
  html`<figure class="card wide"><h3>Dice on the validation split</h3>${drawCurves(dice, {
    size: { width: 1140, height: 380 },
    yName: 'Dice',
    best: run.best?.epoch,
    description: `Validation Dice over the epochs, mean and ${dice.length - 1} structures${run.best ? `; the best mean is ${run.best.value.toFixed(3)} after epoch ${run.best.epoch}` : ''}.`,
    yAxis: { min: 0, max: 1 },
  })}</figure>`
}</section>`;
}
