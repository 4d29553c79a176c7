import { basename } from 'node:path';

/** What `innereye runs compare --json` prints. `null` is a value that the run does not have. */
export interface Comparison {
  readonly settings: readonly ComparedSetting[];
  readonly results: readonly ComparedSetting[];
  readonly identicalWeights: boolean;
}

interface ComparedSetting {
  readonly setting: string;
  readonly values: readonly [unknown, unknown];
}

/** A comparison of two runs as a Markdown document. */
export function comparisonText(first: string, second: string, comparison: Comparison): string {
  const names = [basename(first), basename(second)] as const;
  return [
    '# Comparison of two runs',
    '',
    table('Results', 'metric', names, comparison.results),
    '',
    table('Settings', 'setting', names, comparison.settings),
    '',
    comparison.identicalWeights ? 'The weights are the same, bit for bit.' : 'The weights differ.',
    '',
  ].join('\n');
}

function table(
  title: string,
  what: string,
  [first, second]: readonly [string, string],
  rows: readonly ComparedSetting[],
): string {
  if (rows.length === 0) return `## ${title}\n\nNo difference.`;
  return [
    `## ${title}`,
    '',
    `| ${what} | ${verbatim(first)} | ${verbatim(second)} |`,
    '| --- | --- | --- |',
    ...rows.map(
      ({ setting, values: [a, b] }) => `| ${verbatim(setting)} | ${valueText(a)} | ${valueText(b)} |`,
    ),
  ].join('\n');
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(5)));
  return verbatim(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Text that shall be shown as it is. */
const verbatim = (text: string): string => text.replace(/[\\`*_{}[\]<>()#!|~]/g, '\\$&').replace(/\s+/g, ' ');
