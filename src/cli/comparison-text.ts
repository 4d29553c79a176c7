import { type GroupComparison, SMALLEST_GROUP } from '../evaluation/comparison/compare-groups.ts';
import { SIGNIFICANCE, type StructureComparison } from '../evaluation/comparison/compare-metrics.ts';
import type { Difference } from '../runs/compare-runs.ts';
import type { RunComparison } from '../runs/comparison/compare-all.ts';
import type { MeasurementComparison } from '../runs/comparison/compare-measurements.ts';
import { formatColumns } from './columns.ts';

const CASES = 10;
const SUBJECTS = 5;

/** What differs between two runs, in lines for a terminal. */
export function describeComparison(comparison: RunComparison): string[] {
  const { first, second, settings, results, code, subjects, identicalWeights, measurements } = comparison;
  return [
    `${second} against ${first}`,
    ...section('settings', settings),
    ...section('code', code),
    ...(subjects?.length === 0 ? ['subjects: no difference'] : []),
    ...(subjects ?? []).flatMap(({ split, onlyFirst, onlySecond }) => [
      `${split} subjects: ${named(onlyFirst)} only in the first, ${named(onlySecond)} only in the second`,
    ]),
    ...section('results', results),
    ...(identicalWeights === undefined
      ? []
      : [identicalWeights ? 'the weights are the same, bit for bit' : 'the weights differ']),
    ...(measurements ? describeMeasurements(measurements) : ['nothing was measured in both']),
  ];
}

function section(title: string, differences: readonly Difference[] | undefined): string[] {
  if (differences === undefined) return [];
  if (differences.length === 0) return [`${title}: no difference`];
  return [
    `${title}:`,
    ...differences.map(
      ({ setting, values }) =>
        `  ${setting}: ${values.map(value => JSON.stringify(value) ?? 'absent').join('  →  ')}`,
    ),
  ];
}

/** What the tests of two models say, with what that means. */
export function describeMeasurements(measurements: MeasurementComparison): string[] {
  const { mode, structures, changed, first, second } = measurements;
  if (structures.length === 0) return [`${first} and ${second} have no subject and structure in common`];
  return [
    '',
    `${mode}: ${second} minus ${first}, structure by structure`,
    ...formatColumns([HEAD, ...structures.map(rowOf)], [2, 3, 4, 5, 7, 8, 9]),
    ...meaning(structures),
    ...(changed.some(({ change }) => change < 0)
      ? ['', `worst changes of Dice, ${first} → ${second}:`, ...describeChanged(measurements)]
      : []),
  ];
}

const HEAD = [
  'structure',
  'metric',
  'subjects',
  'first',
  'second',
  'difference',
  '95 % interval',
  'p',
  'p (Holm)',
  'effect',
  'second is',
];

function rowOf(one: StructureComparison): string[] {
  const { structure, metric, pairs, means, difference, interval, p, adjustedP, rankBiserial, verdict } = one;
  return [
    structure,
    metric.unit === '' ? metric.title : `${metric.title} ${metric.unit}`,
    String(pairs),
    ...means.map(number),
    signed(difference),
    Number.isNaN(interval.low) ? '–' : `${signed(interval.low)} to ${signed(interval.high)}`,
    probability(p),
    probability(adjustedP),
    Number.isNaN(rankBiserial) ? '–' : signed(rankBiserial, 2),
    verdict === 'too few' ? 'too few subjects' : verdict === 'not shown' ? 'not shown to differ' : verdict,
  ];
}

/** What a p-value is here, and what it cannot be with so few subjects. */
function meaning(structures: readonly StructureComparison[]): string[] {
  const few = structures.filter(({ verdict }) => verdict === 'too few');
  const fewest = few.reduce(
    (pairs, one) => Math.min(pairs, one.higher + one.lower),
    Number.POSITIVE_INFINITY,
  );
  return [
    'p: how often so clear a difference would come up by chance if neither model were better (Wilcoxon signed-rank,',
    `two-sided); p (Holm) allows for testing several structures, and below ${SIGNIFICANCE} the difference counts as shown.`,
    'It does not say how large the difference is: see the interval, and effect (from −1 to 1: rank-biserial correlation).',
    ...(few.length === 0
      ? []
      : [
          `Too few subjects: ${plural(fewest, 'differing pair')} cannot give a p below ${smallest(fewest)}, whatever the models are like; six are the least.`,
        ]),
  ];
}

function describeChanged({ changed }: MeasurementComparison): string[] {
  const worse = changed.filter(({ change }) => change < 0).slice(0, CASES);
  return formatColumns(
    worse.map(({ patient, structure, dice, change }) => [
      `  ${patient}`,
      structure,
      `${number(dice[0])} → ${number(dice[1])}`,
      signed(change),
    ]),
    [3],
  );
}

/** Differences between institutions of one run's subjects; only those that are shown. */
export function describeInstitutions(run: string, groups: readonly GroupComparison[]): string[] {
  if (groups.length === 0) return [];
  const shown = groups.filter(({ adjustedP }) => adjustedP < SIGNIFICANCE);
  if (shown.length === 0) return ['', `${run}: no difference between institutions is shown`];
  return [
    '',
    `${run}: institutions that differ (Mann–Whitney, institutions with ${SMALLEST_GROUP} subjects and more)`,
    ...formatColumns([
      ['structure', 'metric', 'institutions', 'subjects', 'medians', 'p (Holm)', "Cliff's delta"],
      ...shown.map(one => [
        one.structure,
        one.metric.title,
        one.groups.join(' and '),
        one.counts.join(' and '),
        one.medians.map(number).join(' and '),
        probability(one.adjustedP),
        signed(one.cliffsDelta, 2),
      ]),
    ]),
  ];
}

const named = (ids: readonly string[]): string =>
  ids.length === 0
    ? 'none'
    : ids.slice(0, SUBJECTS).join(', ') + (ids.length > SUBJECTS ? ` and ${ids.length - SUBJECTS} more` : '');
const number = (value: number): string =>
  Number.isNaN(value) ? '–' : Number.isFinite(value) ? value.toFixed(3) : '∞';
const signed = (value: number, digits = 3): string => {
  if (Number.isNaN(value)) return '–';
  const text = Number.isFinite(value) ? Math.abs(value).toFixed(digits) : '∞';
  return `${value < 0 ? '−' : '+'}${text}`;
};
const probability = (p: number): string => (Number.isNaN(p) ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(4));
const smallest = (pairs: number): string => (pairs === 0 ? '1' : String(2 / 2 ** pairs));
const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
