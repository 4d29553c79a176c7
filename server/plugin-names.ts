import type { Path } from '../src/config/tree.ts';
import type { PluginExport } from './readers.ts';

/** What kind of plugin definition the setting at a path names; undefined where it names none. */
export function pluginKindAt(path: Path): PluginExport['kind'] | undefined {
  const [section] = path;
  const key = path.at(-1);
  if (section === 'architecture' && key === 'definition') return 'architecture';
  if (section === 'loss' && key === 'definition') return 'loss';
  if (section === 'evaluation' && path.includes('metrics') && typeof key === 'number') return 'metric';
  const isStep = section === 'preprocessing' || section === 'augmentation';
  return isStep && path.at(-2) === 'plugin' && key === 'name' ? 'transform' : undefined;
}
