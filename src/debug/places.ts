import { basename } from 'node:path';
import { isCommandLine } from '../config/diagnostic.ts';
import { PRESET } from '../config/presets/presets.ts';
import type { PartialConfiguration } from '../config/resolve-configuration.ts';
import type { Location } from '../config/tree.ts';
import { presetOf, presetUri } from '../contracts/language.ts';

/** A line that a frame points to. */
export interface SourceLine {
  /** Absolute path, or `preset:…`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
}

/** Where a setting is written; where it is a default, the nearest setting around it. */
export function sourceLineOf(setting: string, { file, origins }: PartialConfiguration): SourceLine {
  for (let path = setting; path !== ''; path = path.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '')) {
    const origin = origins.get(path);
    const location = origin?.key ?? origin?.location;
    if (location && !isCommandLine(location.file)) return lineOf(location);
  }
  return { file, line: 1, column: 1, endLine: 1 };
}

const lineOf = ({ file, line, column, endLine }: Location): SourceLine => ({ file, line, column, endLine });

/** A file or preset as an editor names it. */
export function pathForEditor(file: string): string {
  return file.startsWith(PRESET) ? presetUri(file.slice(PRESET.length)) : file;
}

/** The file or preset that an editor's path means. */
export function fileFromEditor(path: string): string {
  const preset = presetOf(path);
  return preset === undefined ? path : `${PRESET}${preset}`;
}

/** A short name for a file or preset. */
export const shortName = (file: string) =>
  file.startsWith(PRESET) ? file.slice(PRESET.length) : basename(file);
