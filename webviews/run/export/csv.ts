import { formatCsv } from '../../../src/foundation/csv.ts';
import type { Line } from '../curves/lines.ts';

const COLUMNS = ['run', 'series', 'steps', 'epochs', 'seconds', 'value'];

/**
 * Every value of the lines as they were measured, one a row; missing ones are empty. `steps` and `epochs` count what was
 * done when it was measured.
 */
export function csvOf(lines: readonly Line[]): string {
  const rows: string[][] = [];
  for (const { run, series } of lines) {
    const found = series.find(run.store);
    if (!found) continue;
    const { at, seconds } = found.table;
    const perEpoch = Math.max(1, run.store.started?.stepsPerEpoch ?? 1);
    for (let index = 0; index < found.values.length; index++) {
      const value = found.values.at(index);
      rows.push([
        run.name,
        series.name,
        String(at.at(index)),
        String(at.at(index) / perEpoch),
        seconds.at(index).toFixed(3),
        Number.isNaN(value) ? '' : String(value),
      ]);
    }
  }
  return formatCsv(COLUMNS, rows);
}
