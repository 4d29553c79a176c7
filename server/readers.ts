import type { ParsedDocument } from '../src/config/document.ts';
import type { PartialConfiguration } from '../src/config/resolve-configuration.ts';
import type { Location } from '../src/config/tree.ts';
import type { DatasetFacts, DatasetPlace } from '../src/dataset/facts.ts';

export type { DatasetFacts, DatasetPlace };

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
  dataset(settings: DatasetPlace): DatasetFacts | undefined;
  /** Names that a plugin module exports, without running it; undefined where the file cannot be read. */
  plugin(file: string): readonly PluginExport[] | undefined;
  /** Names in a folder, folders with a trailing `/`; empty where it cannot be read. */
  folder(path: string): readonly string[];
}

/** One definition that a plugin module exports. */
export interface PluginExport {
  readonly kind: 'architecture' | 'loss' | 'transform' | 'metric';
  readonly name: string;
  /** Where its name stands in the module. */
  readonly location: Location;
}
