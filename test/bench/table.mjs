// The rows of benchmarks as text.
import { isMet } from './comparison.mjs';

const HEADING = ['', 'ours', 'best peer', 'value', 'spread', 'limit', 'met'];

/** @param judged false: without saying whether limits are met */
export function tableOf(rows, { judged = true } = {}) {
  const cells = [HEADING, ...rows.map(row => cellsOf(row, judged))];
  const widths = HEADING.map((_, column) => Math.max(...cells.map(row => row[column].length)));
  return cells
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cellsOf(row, judged) {
  const { what, medians, unit = '', ours, against, value, limit, skipped, failed } = row;
  const figure = name => (medians[name] === undefined ? '' : `${number(medians[name])} ${unit}`);
  if (failed) return [what, '', '', '', '', '', `failed: ${failed}`];
  if (skipped) return [what, figure(Object.keys(medians)[0]), '', '', '', '', `skipped: ${skipped}`];
  const beside = against === undefined ? '' : `${figure(against)} (${against})`;
  const limits = [number(value.median), `${number(value.least)}–${number(value.most)}`, `≤ ${number(limit)}`];
  return [what, figure(ours), beside, ...limits, judged ? (isMet(row) ? 'yes' : 'NO') : ''];
}

function number(value) {
  if (value === null || !Number.isFinite(value)) return 'never';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
