import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCommandLine } from '../../src/config/diagnostic.ts';
import { readDocument } from '../../src/config/document.ts';
import { resolveFromDisk } from '../../src/config/load-configuration.ts';
import { PRESET } from '../../src/config/presets/presets.ts';
import { type Location, nearestNode, parsePath } from '../../src/config/tree.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { openRun, RUN_FILES } from '../../src/runs/run-folder.ts';

/**
 * Where a setting of a run is written: in the configuration that the run was started from or one that it extends, as
 * they are now; what they do not say (defaults, presets, the command line) in the run's `config.resolved.yaml`.
 * @param path such as `training.epochs`
 * @throws Fault where neither can be read
 */
export async function findSetting(folder: string, path: string): Promise<Location> {
  const { file, overrides } = (await openRun(folder)).manifest.configuration;
  return (existsSync(file) ? written(file, overrides, path) : undefined) ?? (await resolved(folder, path));
}

function written(file: string, set: readonly string[], path: string): Location | undefined {
  const origin = resolveFromDisk(file, { set, checkFiles: false }).origins.get(path);
  const location = origin?.key ?? origin?.location;
  if (origin?.kind !== 'file' || !location || isCommandLine(location.file)) return undefined;
  return location.file.startsWith(PRESET) ? undefined : location;
}

async function resolved(folder: string, path: string): Promise<Location> {
  const file = join(folder, RUN_FILES.configuration);
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new Fault('the settings of the run cannot be read', {
      place: { file },
      remedy: 'The file was deleted, or may not be read.',
      cause,
    });
  });
  const { root, lines } = readDocument(file, text);
  if (!root) return lines.firstLine();
  const { node } = nearestNode(root, parsePath(path));
  return node.key ?? node.location;
}
