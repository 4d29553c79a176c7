import { type Html, html } from './html.ts';

export interface Column<Row> {
  readonly title: string;
  /** Text of a cell, or HTML. */
  cell(row: Row): string | Html;
  /** What the column is sorted by; a column without is text, on the left. */
  value?(row: Row): number;
}

/** A table with a caption; the first column is the head of its row. Heads are buttons that sort. */
export function table<Row>(
  caption: string | Html,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): Html {
  const align = (column: Column<Row>) => (column.value ? html`` : html` class="text"`);
  const cell = (column: Column<Row>, row: Row, index: number) => {
    if (index === 0) return html`<th scope="row">${column.cell(row)}</th>`;
    if (!column.value) return html`<td class="text">${column.cell(row)}</td>`;
    const value = column.value(row);
    return html`<td data-value="${Number.isNaN(value) ? '' : value}">${column.cell(row)}</td>`;
  };
  return html`<div class="scroll"><table><caption><span>${caption}</span></caption>
<thead><tr>${columns.map(
    (column, index) =>
      html`<th scope="col"${index === 0 ? html` class="text"` : align(column)}><button type="button">${column.title}</button></th>`,
  )}</tr></thead>
<tbody>${rows.map(row => html`<tr>${columns.map((column, index) => cell(column, row, index))}</tr>\n`)}</tbody></table></div>`;
}
