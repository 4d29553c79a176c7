import { isDeepStrictEqual } from 'node:util';
import { formatPath, type Path, plainValue } from '../src/config/tree.ts';
import type { SettingDifference } from '../src/contracts/language.ts';
import { Fault } from '../src/foundation/fault.ts';
import { fileOf } from './addresses.ts';
import type { Readers } from './readers.ts';

/**
 * The settings in which two configurations differ, after inheritance and defaults; text, order of keys and comments do
 * not count.
 * @param left URIs of the two; a run's `config.resolved.yaml` is a configuration too.
 * @throws Fault where one of them cannot be read.
 */
export function compare(left: string, right: string, readers: Readers): SettingDifference[] {
  return differences(meaningOf(left, readers), meaningOf(right, readers), []);
}

function meaningOf(uri: string, readers: Readers): unknown {
  const file = fileOf(uri);
  if (file === undefined || readers.document(file) === undefined)
    throw new Fault('there is no such configuration', {
      place: { file: file ?? uri },
      remedy: 'Choose a *.innereye.yaml file, or the config.resolved.yaml of a run.',
    });
  const { settings, tree } = readers.resolve(file);
  return settings ?? (tree === undefined ? {} : plainValue(tree));
}

function differences(left: unknown, right: unknown, path: Path): SettingDifference[] {
  if (isDeepStrictEqual(left, right)) return [];
  if (isMap(left) && isMap(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap(key => differences(left[key], right[key], [...path, key]));
  }
  if (isListOfMaps(left) && isListOfMaps(right)) {
    const count = Math.max(left.length, right.length);
    return Array.from({ length: count }, (_, index) =>
      differences(left[index], right[index], [...path, index]),
    ).flat();
  }
  return [
    {
      path: formatPath(path),
      ...(left === undefined ? {} : { left }),
      ...(right === undefined ? {} : { right }),
    },
  ];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfMaps(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isMap);
}
