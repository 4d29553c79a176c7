import { meanDiceBySubject } from '../../evaluation/metrics-table.ts';
import { type Case, worstCases } from '../../evaluation/outliers.ts';
import { asHref, asId, countOf, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { SplitResults, ThumbnailFile } from '../report-data.ts';
import { type Column, table } from '../table.ts';

const rowsShown = 20;
/** Of few results not all are worst. */
const largestShare = 1 / 3;
const thumbnailsShown = 12;

/**
 * The worst cases of a split: table, pictures, and every subject's files.
 * @param link makes a path of the run relative to the report
 */
export function worstCasesSection(split: SplitResults, link: (path: string) => string): Html {
  const cases = worstCases(split.rows);
  const shown = Math.min(rowsShown, Math.ceil(cases.length * largestShare));
  const furthest = cases.slice(0, shown);
  // A case can have an ordinary Dice and one stray voxel far away: every outlier that the summary counts is shown.
  const others = cases.slice(shown).filter(({ outlier }) => outlier);
  const worst = [...furthest, ...others];
  const id = asId('worst', split.name);
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${split.name}: worst cases</h2>
<div class="card">${table(
    `The ${furthest.length} of ${cases.length} results that lie furthest below their structure's median Dice${others.length > 0 ? `, and ${countOf(others.length, 'outlier')} among the others` : ''}. Outlier: Dice more than three standard deviations below the structure's mean, or Hausdorff distance as far above.`,
    caseColumns(split, link).filter(({ value }) => !value || worst.some(one => !Number.isNaN(value(one)))),
    worst,
  )}</div>
${thumbnails(split, [...others, ...furthest])}
${subjects(split, link)}</section>`;
}

function caseColumns(split: SplitResults, link: (path: string) => string): Column<Case>[] {
  const metric = (title: string, unit: string, value: (one: Case) => number): Column<Case> => ({
    title,
    cell: one => formatValue(value(one), unit),
    value,
  });
  return [
    { title: 'Subject', cell: ({ row }) => subjectLink(split, row.patient, link) },
    { title: 'Structure', cell: ({ row }) => row.structure },
    metric('Dice', '', ({ row }) => row.dice),
    metric('Below median', '', ({ belowMedian }) => belowMedian),
    metric('Std below mean', 'sd', ({ deviations }) => deviations),
    metric('Hausdorff mm', 'mm', ({ row }) => row.hausdorffMm),
    metric('95 % mm', 'mm', ({ row }) => row.hausdorff95Mm),
    metric('Mean mm', 'mm', ({ row }) => row.meanDistanceMm),
    metric('Volume error ml', 'ml', ({ row }) => row.volumeErrorMl),
    { title: '', cell: ({ outlier }) => (outlier ? html`<span class="mark">outlier</span>` : '') },
  ];
}

function subjectLink({ segmentations }: SplitResults, id: string, link: (path: string) => string): Html {
  const file = segmentations.get(id);
  return file === undefined
    ? html`${id}`
    : html`<a href="${asHref(link(file))}" title="Segmentation of subject ${id}">${id}</a>`;
}

function thumbnails(split: SplitResults, worst: readonly Case[]): Html {
  const pictures = worst.flatMap(({ row, outlier }) => {
    const found = split.thumbnails.find(
      ({ subject, structure }) => subject === row.patient && structure === row.structure,
    );
    return found ? [{ found, row, outlier }] : [];
  });
  if (pictures.length === 0) return html``;
  const toggle = (name: string, text: string) =>
    html`<label><input type="checkbox" checked data-outline="${name}"><svg viewBox="0 0 30 10" aria-hidden="true"><path class="${name}" d="M0 5H30"/></svg>${text}</label>`;
  return html`<div class="card"><h3>What they look like</h3>
<p class="soft small">The axial slice in which most of the structure was drawn. Radiological convention: the patient's right (R) is on the left, anterior (A) is up. Outlines follow the voxels' edges.</p>
<div class="legend">${toggle('truth', 'Ground truth')}${toggle('prediction', 'Prediction')}</div>
<div class="thumbnails">${pictures.slice(0, thumbnailsShown).map(
    ({ found, row, outlier }) => html`<figure>${picture(found)}
<figcaption><b>${row.structure}</b>, subject ${row.patient}, slice ${found.slice}${outlier && html` <span class="mark">outlier</span>`}<br>
<span class="soft">Dice ${formatValue(row.dice, '')}, Hausdorff ${formatValue(row.hausdorffMm, 'mm')} mm</span></figcaption></figure>`,
  )}</div></div>`;
}

function picture({
  png,
  width,
  height,
  pixelMm,
  truth,
  prediction,
  structure,
  subject,
  slice,
}: ThumbnailFile): Html {
  const [widthMm, heightMm] = [width * pixelMm.width, height * pixelMm.height];
  const scale = `scale(${pixelMm.width} ${pixelMm.height})`;
  const letter = Math.max(widthMm, heightMm) * 0.065;
  const label = `Slice ${slice} of subject ${subject} with the outlines of ${structure}: ground truth red, prediction blue and dashed.`;
  return html`<div class="picture"><svg viewBox="0 0 ${widthMm} ${heightMm}" role="img" aria-label="${label}">
<g transform="${scale}"><image width="${width}" height="${height}" preserveAspectRatio="none" href="data:image/png;base64,${Buffer.from(png).toString('base64')}"/>
<path class="truth" d="${truth}"/><path class="prediction" d="${prediction}"/></g>
<text x="${letter * 0.4}" y="${heightMm / 2 + letter * 0.35}" font-size="${letter}">R</text>
<text x="${widthMm / 2}" y="${letter * 1.15}" font-size="${letter}" text-anchor="middle">A</text></svg></div>`;
}

function subjects(split: SplitResults, link: (path: string) => string): Html {
  const means = [...meanDiceBySubject(split.rows)].sort(([, a], [, b]) => a - b);
  return html`<details class="card"><summary>All ${countOf(means.length, 'subject')}</summary>
${table(
  'Mean Dice over the structures of each subject; the link opens its segmentation.',
  [
    { title: 'Subject', cell: ([id]: [string, number]) => subjectLink(split, id, link) },
    { title: 'Mean Dice', cell: ([, dice]) => formatValue(dice, ''), value: ([, dice]) => dice },
  ],
  means,
)}</details>`;
}
