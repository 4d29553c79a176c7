import { documentCache } from './document-cache.ts';
import { type PartialConfiguration, resolveConfiguration } from './resolve-configuration.ts';

/** Files by name (`child.innereye.yaml`), all in the folder `/c`. */
export type Texts = Readonly<Record<string, string>>;

/**
 * Resolves the first of some texts as if they were files in the folder `/c`; for tests and for text that lies in no
 * file. Whatever a configuration names on disk counts as there, except what contains `missing`.
 */
export function resolveTexts(
  texts: Texts,
  options: { set?: readonly string[]; memoryBytes?: number } = {},
): PartialConfiguration {
  const [first] = Object.keys(texts);
  return resolveConfiguration(`/c/${first}`, {
    sources: documentCache(file => {
      const name = file.slice('/c/'.length);
      return Object.hasOwn(texts, name) ? texts[name] : undefined;
    }),
    set: options.set ?? [],
    workingDirectory: '/started/here',
    exists: path => !path.includes('missing'),
    memoryBytes: options.memoryBytes ?? Number.MAX_SAFE_INTEGER,
  });
}

/** The shortest valid configuration, for tests to add to. */
export const MINIMAL = `task: segmentation
dataset:
  path: ./data
  channels: [ct]
  structures: [{name: liver, label: 1}]
sampling: {crop_size: [32, 32, 32]}
architecture: {name: unet3d, levels: 3}
`;
