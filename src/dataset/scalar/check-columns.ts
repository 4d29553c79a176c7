import type { CheckFinding } from '../../config/checks/check.ts';
import { nearestName } from '../../config/nearest.ts';
import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import type { Path } from '../../config/tree.ts';
import type { DatasetFacts } from '../facts.ts';

/**
 * Columns that a classification, regression or sequence task names and its csv does not have, told at the setting that names
 * them.
 */
export function checkColumns(
  dataset: ScalarDatasetSettings,
  { columns }: Pick<DatasetFacts, 'columns'>,
): CheckFinding[] {
  if (columns.length === 0) return [];
  return columnsOf(dataset)
    .filter(([name]) => !columns.includes(name))
    .map(([name, path]) => {
      const meant = nearestName(name, [...columns]);
      return {
        severity: 'error',
        code: 'not-in-data-set',
        message: `the csv of the data set has no column \`${name}\``,
        remedy: meant === undefined ? `It has: ${columns.join(', ')}.` : `Did you mean \`${meant}\`?`,
        path: ['dataset', ...path],
        ...(meant !== undefined && { suggestion: meant }),
      };
    });
}

/** Every column that the settings name, and where. */
export function columnsOf(dataset: ScalarDatasetSettings): [string, Path][] {
  const { subject_column, channel_column, image_column, channels, features, targets, splits } = dataset;
  const list = (names: readonly string[], ...path: string[]) =>
    names.map((name, index): [string, Path] => [name, [...path, index]]);
  const one = (name: string | undefined, ...path: string[]): [string, Path][] =>
    name === undefined ? [] : [[name, path]];
  return [
    ...one(subject_column, 'subject_column'),
    ...one(channel_column, 'channel_column'),
    ...one(image_column, 'image_column'),
    ...(channel_column === undefined ? list(channels, 'channels') : []),
    ...list(features.numerical, 'features', 'numerical'),
    ...list(features.categorical, 'features', 'categorical'),
    ...('columns' in targets
      ? list(targets.columns, 'targets', 'columns')
      : one(targets.column, 'targets', 'column')),
    ...('sequence' in dataset ? one(dataset.sequence.column, 'sequence', 'column') : []),
    ...(splits.group_by === 'subject' ? [] : one(splits.group_by, 'splits', 'group_by')),
    ...one(splits.stratify_by, 'splits', 'stratify_by'),
  ];
}
