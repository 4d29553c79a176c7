import type { CheckFinding } from '../config/checks/check.ts';
import { nearestName } from '../config/nearest.ts';
import type { DatasetSettings, SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Path } from '../config/tree.ts';
import type { DatasetFacts } from './facts.ts';

/** The columns every InnerEye csv has. */
const REQUIRED_COLUMNS = ['subject', 'filePath', 'channel'];

/**
 * Names in a configuration that its data set does not have. What reading the data set would refuse is told here at the
 * setting that is at fault, without opening a scan.
 */
export function checkFacts(
  { dataset }: Pick<SegmentationConfiguration, 'dataset'>,
  facts: DatasetFacts,
): CheckFinding[] {
  const columns = groupColumn(dataset, facts);
  if (facts.columns.length === 0) return [...columns, ...declaredNames(dataset, facts)];
  const missing = REQUIRED_COLUMNS.filter(column => !facts.columns.includes(column));
  if (missing.length === 0) return [...columns, ...channelsInTable(dataset, facts)];
  const list = missing.map(column => `\`${column}\``).join(', ');
  return [
    {
      severity: 'error',
      code: 'missing-column',
      message: `the csv of the data set has no column ${list}`,
      remedy: `It has: ${facts.columns.join(', ')}.`,
      path: ['dataset', 'path'],
    },
  ];
}

/** The column that subjects are grouped by. */
function groupColumn({ splits }: DatasetSettings, { columns }: DatasetFacts): CheckFinding[] {
  const { group_by, ids, file } = splits;
  if (group_by === 'subject' || ids !== undefined || file !== undefined || columns.includes(group_by))
    return [];
  const path = ['dataset', 'splits', 'group_by'];
  return [unknown('column', group_by, ['subject', ...columns.filter(name => name !== 'subject')], path)];
}

/** In a csv images, mask and structures are channels alike, letter by letter. */
function channelsInTable(dataset: DatasetSettings, { channels }: DatasetFacts): CheckFinding[] {
  if (channels.length === 0) return [];
  const images: [string, Path][] = dataset.channels.map((name, index) => [
    name,
    ['dataset', 'channels', index],
  ]);
  if (dataset.mask !== undefined) images.push([dataset.mask, ['dataset', 'mask']]);
  const structures = structurePaths(dataset);
  const isImage = (name: string) => images.some(([image]) => image === name);
  // Without any other channel the data set is one to predict; with incomplete labels one structure is enough.
  const optional =
    channels.every(isImage) ||
    (dataset.allow_incomplete_labels && structures.some(([name]) => channels.includes(name)));
  const findings = (kind: 'channel' | 'structure', named: readonly [string, Path][], known: string[]) =>
    named
      .filter(([name]) => !channels.includes(name))
      .map(([name, path]) => unknown(kind, name, known, path));
  const others = channels.filter(name => !isImage(name));
  return [
    ...findings('channel', images, [...channels]),
    ...(optional ? [] : findings('structure', structures, others)),
  ];
}

/** `dataset.json` tells channels from structures, and case does not matter. */
function declaredNames(dataset: DatasetSettings, facts: DatasetFacts): CheckFinding[] {
  const has = (names: readonly string[], name: string) =>
    names.some(known => known.toLowerCase() === name.toLowerCase());
  const channels = dataset.channels.flatMap((name, index) =>
    has(facts.channels, name)
      ? []
      : [unknown('channel', name, facts.channels, ['dataset', 'channels', index])],
  );
  const structures = dataset.structures.flatMap(({ name, label }, index) => {
    const path = ['dataset', 'structures', index];
    const declared = facts.structures.find(known => known.name.toLowerCase() === name.toLowerCase());
    if (label === undefined) {
      const names = facts.structures.map(known => known.name);
      return declared === undefined ? [unknown('structure', name, names, [...path, 'name'])] : [];
    }
    if (declared !== undefined && declared.label !== label)
      return [
        wrongLabel(`\`${name}\` has the label ${declared.label} in the data set, not ${label}`, path, [
          declared.label,
        ]),
      ];
    if (facts.structures.some(known => known.label === label)) return [];
    return [
      wrongLabel(
        `the data set has no label ${label}`,
        path,
        facts.structures.map(known => known.label),
      ),
    ];
  });
  return [...channels, ...structures];
}

function structurePaths({ structures }: DatasetSettings): [string, Path][] {
  return structures.map(({ name }, index) => [name, ['dataset', 'structures', index, 'name']]);
}

function wrongLabel(message: string, structure: Path, labels: readonly number[]): CheckFinding {
  return {
    severity: 'error',
    code: 'unknown-label',
    message,
    remedy: `Labels are the values in the label maps: ${labels.join(', ')}.`,
    path: [...structure, 'label'],
    ...(labels.length === 1 ? { suggestion: String(labels[0]) } : {}),
  };
}

function unknown(
  kind: 'channel' | 'structure' | 'column',
  name: string,
  known: readonly string[],
  path: Path,
): CheckFinding {
  const suggestion = nearestName(name, known);
  return {
    severity: 'error',
    code: 'not-in-data-set',
    message: `the data set has no ${kind} \`${name}\``,
    remedy: suggestion ? `Did you mean \`${suggestion}\`?` : `It has: ${known.join(', ') || 'none'}.`,
    path,
    ...(suggestion ? { suggestion } : {}),
  };
}
