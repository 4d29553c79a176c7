import { dirname, isAbsolute, resolve } from 'node:path';
import { isCommandLine } from './diagnostic.ts';
import { writtenPath } from './left-out.ts';
import { PRESET } from './presets/presets.ts';
import type { Configuration } from './schema/configuration.ts';
import { type MapNode, nodeAt, type Path } from './tree.ts';

/**
 * The settings with their paths made absolute: each relative to the file that names it, those of the command line to
 * the working directory.
 * @param left what was left out of the settings as faulty.
 */
export function withAbsolutePaths<Settings extends Configuration>(
  settings: Settings,
  tree: MapNode,
  workingDirectory: string,
  left: readonly Path[] = [],
): Settings {
  const absolute = (path: string, at: Path): string => {
    if (isAbsolute(path)) return path;
    const file = nodeAt(tree, writtenPath(at, left))?.location.file;
    const here = file === undefined || isCommandLine(file) || file.startsWith(PRESET);
    return resolve(here ? workingDirectory : dirname(file), path);
  };
  const { dataset, training, plugins } = settings;
  const { splits } = dataset;
  const file = splits.file && absolute(splits.file, ['dataset', 'splits', 'file']);
  const path = dataset.path && absolute(dataset.path, ['dataset', 'path']);
  const weights =
    training.initial_weights && absolute(training.initial_weights, ['training', 'initial_weights']);
  return {
    ...settings,
    dataset: {
      ...dataset,
      ...(path ? { path } : {}),
      splits: { ...splits, ...(file ? { file } : {}) },
    },
    training: { ...training, ...(weights ? { initial_weights: weights } : {}) },
    plugins: plugins.map((plugin, index) => absolute(plugin, ['plugins', index])),
  };
}
