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
  trainOnAzure: 'innereye.trainOnAzure',
  showReferences: 'innereye.showReferences',
} as const;
