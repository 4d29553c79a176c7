import type { ParsedDocument } from '../src/config/document.ts';
import type { PartialConfiguration } from '../src/config/resolve-configuration.ts';
import type { DatasetSettings } from '../src/config/schema/configuration.ts';
import type { Location } from '../src/config/tree.ts';

/**
 * All that a language feature may know beside its arguments. Features are pure functions of (document, position,
 * readers); the connection gives them the open buffers and the disk, tests give them texts.
 */
export interface Readers {
  /** A file as it stands in the editor, else on disk; presets by `preset:…`. Undefined where there is none. */
  document(file: string): ParsedDocument | undefined;
  /** The file with everything it inherits; remembered until a file of its chain changes. */
  resolve(file: string): PartialConfiguration;
  /** Absolute paths of all `*.innereye.yaml` files of the workspace, sorted. */
  configurations(): readonly string[];
  /** What a data set says of itself; undefined while it is not known (yet). Never waits. */
  dataset(settings: DatasetSettings): DatasetFacts | undefined;
  /** Names that a plugin module exports, without running it; undefined where the file cannot be read. */
  plugin(file: string): readonly PluginExport[] | undefined;
  /** Names in a folder, folders with a trailing `/`; empty where it cannot be read. */
  folder(path: string): readonly string[];
}

/** What can be read off a data set's own lists without opening a scan. */
export interface DatasetFacts {
  readonly subjects: number;
  /** Columns of the csv; empty for other formats. */
  readonly columns: readonly string[];
  /** Distinct values of the csv's channel column, or the channels that dataset.json names. */
  readonly channels: readonly string[];
  /** Structures that dataset.json names, with their values; for csv none are told apart from channels. */
  readonly structures: readonly { readonly name: string; readonly label: number }[];
}

/** One definition that a plugin module exports. */
export interface PluginExport {
  readonly kind: 'architecture' | 'loss' | 'transform' | 'metric';
  readonly name: string;
  /** Where its name stands in the module. */
  readonly location: Location;
}
