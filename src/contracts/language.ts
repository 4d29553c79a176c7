/** Requests beyond the language server protocol, between `server/` and whatever editor starts it. */

/** A read-only text: a preset, or a configuration with everything it inherits. */
export const VIRTUAL_TEXT = 'innereye/virtualText';
/** `null` where there is no such text. */
export type VirtualText = string | null;

/** Asks in which settings two configurations differ, whatever their text. */
export const COMPARE = 'innereye/compare';
export interface CompareParameters {
  readonly left: string;
  readonly right: string;
}

/** One setting that differs; `undefined` where one side does not have it. */
export interface SettingDifference {
  /** Such as `training.epochs`. */
  readonly path: string;
  readonly left?: unknown;
  readonly right?: unknown;
}

/** Sent by the server when virtual texts of these URIs have changed. */
export const VIRTUAL_TEXT_CHANGED = 'innereye/virtualTextChanged';

/** What the code lenses call; the editor's extension gives these commands their meaning. Arguments: a file's URI. */
export const LENS_COMMANDS = {
  train: 'innereye.train',
  debug: 'innereye.debug',
  crossValidate: 'innereye.crossValidate',
  search: 'innereye.search',
  trainOnAzure: 'innereye.trainOnAzure',
  showReferences: 'innereye.showReferences',
} as const;

/** Schemes of read-only documents: presets, as `innereye-preset:/innereye/lung.innereye.yaml`, and resolved configurations. */
export const PRESET_SCHEME = 'innereye-preset';
export const RESOLVED_SCHEME = 'innereye-resolved';

const ENDING = '.innereye.yaml';

/** The URI that an editor opens a preset by: of `innereye/lung`, `innereye-preset:/innereye/lung.innereye.yaml`. */
export const presetUri = (name: string): string => `${PRESET_SCHEME}:/${name}${ENDING}`;

/** The name of the preset that a URI means; undefined for other URIs. @throws URIError where it is badly encoded. */
export function presetOf(uri: string): string | undefined {
  if (!uri.startsWith(`${PRESET_SCHEME}:`)) return undefined;
  const path = decodeURIComponent(uri.slice(PRESET_SCHEME.length + 1)).replace(/^\/+/, '');
  return path.endsWith(ENDING) ? path.slice(0, -ENDING.length) : path;
}
