import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import type { Dataset, Finding, TableValues } from '../dataset.ts';
import { visitsOf } from '../visits.ts';
import { targetNames } from './parse-target.ts';

/**
 * Warns of columns that nothing can be learned from, or too much: features and targets that are the same everywhere, and
 * targets that are features too. Where `channel_column` tells rows apart, one column holds several things, and its name
 * does not tell whether a target is a feature.
 */
export function poorColumns(dataset: Dataset, settings: ScalarDatasetSettings): Finding[] {
  const { features, targets, channel_column } = settings;
  const known = dataset.subjects
    .flatMap(visitsOf)
    .map(({ values }) => values)
    .filter(values => values.targets !== undefined);
  const place = { file: dataset.folder };
  const constant = (names: readonly string[], what: string, cellsOf: (values: TableValues) => Cells) =>
    names.flatMap((name, index): Finding[] => {
      const distinct = new Set(known.map(values => cellsOf(values)[index]));
      if (known.length < 2 || distinct.size > 1) return [];
      const [value] = distinct;
      const shown = value === '' || Number.isNaN(value) ? 'empty' : value;
      const message = `the ${what} "${name}" is ${shown} in all ${known.length} labelled rows`;
      return [{ severity: 'warning', message, place, remedy: 'Leave it out, or check the column.' }];
    });
  const taken = [...features.numerical, ...features.categorical];
  const leaking = ('columns' in targets ? targets.columns : [targets.column]).filter(
    column => channel_column === undefined && taken.includes(column),
  );
  return [
    ...constant(features.numerical, 'feature', ({ numbers }) => numbers),
    ...constant(features.categorical, 'feature', ({ words }) => words),
    ...constant(targetNames(targets), 'target', values => values.targets!),
    ...leaking.map(column => ({
      severity: 'warning' as const,
      message: `the column "${column}" is both a target and a feature: the model is given what it is to tell`,
      place,
      remedy: 'Take it out of dataset.features.',
    })),
  ];
}

type Cells = readonly (string | number)[];

/** How many labelled subjects, or visits, have each class; undefined where numbers are predicted. */
export function classCounts(
  dataset: Dataset,
  { targets }: ScalarDatasetSettings,
): { labelled: number; classes: Record<string, number> } | undefined {
  if ('columns' in targets) return undefined;
  const known = dataset.subjects
    .flatMap(visitsOf)
    .flatMap(({ values }) => (values.targets ? [values.targets] : []));
  const classes = targetNames(targets).map(
    (name, index) => [name, known.filter(labels => labels[index] === 1).length] as const,
  );
  return { labelled: known.length, classes: Object.fromEntries(classes) };
}
