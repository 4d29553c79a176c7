import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { asHref, formatValue } from '../format.ts';
import { type Html, html } from '../html.ts';
import type { ScalarSplit } from '../report-data.ts';

const SHOWN = 4;

/** The rows of a target that are furthest from what is true, and nearest to it; never more than half of all each. */
export function extremesOf(rows: readonly ScalarRow[]): { worst: ScalarRow[]; best: ScalarRow[] } {
  const errorOf = ({ output, label }: ScalarRow) => Math.abs(output - label);
  const sorted = [...rows].sort((a, b) => errorOf(b) - errorOf(a));
  const count = Math.min(SHOWN, Math.floor(rows.length / 2));
  return { worst: sorted.slice(0, count), best: sorted.slice(sorted.length - count).reverse() };
}

/** Best and worst cases of a target, with a slice of their scan where there is one. */
export function extremeCases(
  split: ScalarSplit,
  target: string,
  rows: readonly ScalarRow[],
  link: (path: string) => string,
): Html {
  const { worst, best } = extremesOf(rows);
  if (worst.length === 0) return html``;
  return html`<div class="card"><h3>${target}: worst and best cases</h3>
<div class="thumbnails">${worst.map(row => caseFigure(split, row, 'worst', link))}${best.map(row => caseFigure(split, row, 'best', link))}</div></div>`;
}

function caseFigure(
  { thumbnails, scans }: ScalarSplit,
  { subject, position, output, label }: ScalarRow,
  kind: string,
  link: (path: string) => string,
): Html {
  const found = thumbnails.find(thumbnail => thumbnail.subject === subject);
  const scan = scans.get(subject);
  const name =
    scan === undefined
      ? html`${subject}`
      : html`<a href="${asHref(link(scan))}" title="Scan of subject ${subject}">${subject}</a>`;
  const picture =
    found &&
    html`<div class="picture"><img alt="Slice ${found.slice} of subject ${subject}" width="${found.width}" height="${found.height}" style="width:100%;height:auto;aspect-ratio:${found.width * found.pixelMm.width}/${found.height * found.pixelMm.height}" src="data:image/png;base64,${Buffer.from(found.png).toString('base64')}"></div>`;
  return html`<figure>${picture ?? ''}<figcaption><b>${name}</b>${position !== undefined && `, visit ${position}`} <span class="${kind === 'worst' ? 'mark' : 'soft'}">${kind}</span><br>
<span class="soft">predicted ${formatValue(output, '')}, true ${formatValue(label, '')}</span></figcaption></figure>`;
}
