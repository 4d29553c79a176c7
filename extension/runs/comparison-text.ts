import { basename } from 'node:path';

/** What `innereye runs compare --json` prints. `null` is a value that a run does not have, or no number. */
export interface Comparisons {
  readonly comparisons: readonly Comparison[];
}

/** A run against the first one. */
export interface Comparison {
  /** Folders. */
  readonly first: string;
  readonly second: string;
  readonly settings?: readonly ComparedSetting[];
  readonly results?: readonly ComparedSetting[];
  readonly code?: readonly ComparedSetting[];
  readonly subjects?: readonly ComparedSubjects[];
  readonly identicalWeights?: boolean;
  readonly measurements?: Measurements;
}

interface ComparedSetting {
  readonly setting: string;
  readonly values: readonly [unknown, unknown];
}

interface ComparedSubjects {
  readonly split: string;
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
}

interface Measurements {
  readonly mode: string;
  readonly structures: readonly ComparedStructure[];
  readonly changed: readonly ChangedCase[];
}

interface ComparedStructure {
  readonly structure: string;
  readonly metric: { readonly title: string; readonly unit: string };
  readonly pairs: number;
  readonly means: readonly (number | null)[];
  readonly difference: number | null;
  readonly interval: { readonly low: number | null; readonly high: number | null };
  readonly adjustedP: number | null;
  readonly verdict: string;
}

interface ChangedCase {
  readonly patient: string;
  readonly structure: string;
  readonly dice: readonly number[];
  readonly change: number;
  /** Files of both predictions. */
  readonly segmentations: readonly string[];
}

/** Worst changes that are listed. */
const CASES = 20;

/** Comparisons of runs with the first of them, as a Markdown document. */
export function comparisonText({ comparisons }: Comparisons): string {
  return ['# Comparison of runs', '', ...comparisons.flatMap(one => [...describe(one), ''])].join('\n');
}

function describe(comparison: Comparison): string[] {
  const { first, second, settings, results, code, subjects, identicalWeights, measurements } = comparison;
  const names = [basename(first), basename(second)].map(verbatim);
  const columns = (what: string) => [what, ...names];
  const section = (title: string, what: string, found: readonly ComparedSetting[] | undefined) =>
    found ? [`### ${title}`, '', ...table(columns(what), found.map(settingRow)), ''] : [];
  return [
    `## ${names.join(' and ')}`,
    '',
    ...(measurements ? describeMeasurements(measurements, names) : []),
    ...section('Results', 'metric', results),
    ...section('Settings', 'setting', settings),
    ...section('Code', 'what', code),
    ...(subjects ? describeSubjects(subjects, columns) : []),
    ...(identicalWeights === undefined
      ? []
      : [identicalWeights ? 'The weights are the same, bit for bit.' : 'The weights differ.']),
  ];
}

function describeMeasurements(
  { mode, structures, changed }: Measurements,
  [first = '', second = '']: readonly string[],
): string[] {
  const worse = changed.filter(({ change }) => change < 0).slice(0, CASES);
  return [
    `### ${mode}: is ${second} better?`,
    '',
    ...table(
      [
        'structure',
        'metric',
        'subjects',
        first,
        second,
        'difference',
        '95 % interval',
        'p (Holm)',
        'verdict',
      ],
      structures.map(one => [
        verbatim(one.structure),
        one.metric.unit ? `${one.metric.title} (${one.metric.unit})` : one.metric.title,
        String(one.pairs),
        ...one.means.map(number),
        number(one.difference),
        one.interval.low === null ? '–' : `${number(one.interval.low)} to ${number(one.interval.high)}`,
        number(one.adjustedP),
        VERDICTS[one.verdict] ?? verbatim(one.verdict),
      ]),
    ),
    '',
    'p is how often so clear a difference would come up by chance if neither model were better (Wilcoxon signed-rank test, corrected for the number of structures); below 0.05 it counts as shown.',
    '',
    ...(worse.length === 0
      ? []
      : [
          '### Worst changes of Dice',
          '',
          ...table(
            ['subject', 'structure', first, second, 'change'],
            worse.map(({ patient, structure, dice, change, segmentations }) => [
              verbatim(patient),
              verbatim(structure),
              ...dice.map((value, index) => link(number(value), segmentations[index])),
              number(change),
            ]),
          ),
          '',
        ]),
  ];
}

const VERDICTS: Record<string, string> = {
  better: '**better**',
  worse: '**worse**',
  same: 'the same',
  'not shown': 'not shown to differ',
  'too few': 'too few subjects to tell',
};

function describeSubjects(
  subjects: readonly ComparedSubjects[],
  columns: (what: string) => string[],
): string[] {
  const rows = subjects.map(({ split, onlyFirst, onlySecond }) => [
    split,
    ...[onlyFirst, onlySecond].map(ids => (ids.length === 0 ? '–' : verbatim(ids.join(', ')))),
  ]);
  return ['### Subjects in one of them only', '', ...table(columns('split'), rows), ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return ['No difference.'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

const settingRow = ({ setting, values }: ComparedSetting): string[] => [
  verbatim(setting),
  ...values.map(valueText),
];

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(5)));
  return verbatim(typeof value === 'string' ? value : JSON.stringify(value));
}

const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toFixed(4))));

/** A link that opens the file, in the viewer where it is a volume. */
const link = (text: string, file: string | undefined): string =>
  file === undefined ? text : `[${text}](<file://${encodeURI(file).replaceAll('#', '%23')}>)`;

/** Text that shall be shown as it is. */
const verbatim = (text: string): string => text.replace(/[\\`*_{}[\]<>()#!|~]/g, '\\$&').replace(/\s+/g, ' ');
