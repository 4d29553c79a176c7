/** A cell: text, a whole number, or a number already formatted. */
export type CsvCell = string | number;

/**
 * The text of a csv file (RFC 4180, lines ended by `\n` as pandas writes them). Text that a spreadsheet would run as a
 * formula (it starts with `=`, `+`, `-`, `@`, tab or carriage return and is no number) gets an apostrophe before it;
 * `unguardCsvText` takes it away again.
 */
export function formatCsv(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [columns, ...rows].map(row => `${row.map(formatCell).join(',')}\n`).join('');
}

/** The text as it was before `formatCsv` guarded it. */
export const unguardCsvText = (text: string): string => (/^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text);

function formatCell(cell: CsvCell): string {
  const text = typeof cell === 'number' ? String(cell) : guard(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const guard = (text: string): string =>
  /^[=+\-@\t\r]/.test(text) && !/^[+-]?(\d+\.?\d*|\.\d+|inf)(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text;
