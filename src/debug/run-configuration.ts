import { readdir } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { resolveFromDisk } from '../config/load-configuration.ts';
import type { PartialConfiguration } from '../config/resolve-configuration.ts';
import { openRun, RUN_FILES } from '../runs/run-folder.ts';

/** What a run was made of, as it was then. */
export interface ConfigurationOfRun {
  /** The run's settings, and the texts in which they are written. */
  readonly configuration: PartialConfiguration;
  /** True where those are the run's own copies, as the configuration has changed since; they are not to be edited. */
  readonly copies: boolean;
}

/**
 * Resolves what a run was made of: its settings from `config.resolved.yaml`, their places from the configuration where
 * its files are still what they were, else from the copies that the run keeps.
 * @param now where the configuration lies today; default: where it lay then.
 * @param set `key=value`, laid over the run's settings.
 * @throws Fault where the folder is no run, or its settings cannot be read.
 */
export async function configurationOfRun(
  folder: string,
  { now, set = [] }: { readonly now?: string | undefined; readonly set?: readonly string[] | undefined },
): Promise<ConfigurationOfRun> {
  const { file, overrides } = (await openRun(folder)).manifest.configuration;
  const resolved = resolveFromDisk(join(folder, RUN_FILES.configuration), { set });
  const options = { set: [...overrides, ...set], checkFiles: false };
  const copy = await copyOf(file, join(folder, RUN_FILES.code));
  const kept = copy === undefined ? undefined : resolveFromDisk(copy, options);
  const today = readable(resolve(now ?? file), options);
  const unchanged = kept !== undefined && today !== undefined && contents(kept) === contents(today);
  const written = unchanged ? today : kept?.tree === undefined ? resolved : kept;
  const { settings, diagnostics } = resolved;
  const { tree, files, origins } = written;
  return {
    configuration: { file: written.file, tree, files, origins, settings, diagnostics },
    copies: !unchanged,
  };
}

/** The copy of a configuration in a run's folder of sources: of those with its name the one on the same path. */
async function copyOf(file: string, folder: string): Promise<string | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const named = entries
    .filter(entry => entry.isFile() && entry.name === basename(file))
    .map(entry => join(entry.parentPath, entry.name));
  const slashed = (path: string) => path.replaceAll('\\', '/');
  return named
    .filter(copy => slashed(file).endsWith(`/${slashed(relative(folder, copy))}`))
    .sort((a, b) => b.length - a.length)[0];
}

function readable(
  file: string,
  options: Parameters<typeof resolveFromDisk>[1],
): PartialConfiguration | undefined {
  try {
    return resolveFromDisk(file, options);
  } catch {
    return undefined;
  }
}

const contents = ({ files }: PartialConfiguration): string =>
  JSON.stringify(files.map(({ content }) => content));
