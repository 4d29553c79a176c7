import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ParsedDocument } from '../../src/config/document.ts';
import { documentCache } from '../../src/config/document-cache.ts';
import type { Sources } from '../../src/config/extends.ts';
import { machineMemory } from '../../src/config/load-configuration.ts';
import { type PartialConfiguration, resolveConfiguration } from '../../src/config/resolve-configuration.ts';
import { BoundedMap } from '../../src/foundation/bounded-map.ts';
import type { DatasetFacts, DatasetPlace, PluginExport, Readers } from '../readers.ts';
import { Boundary } from './boundary.ts';
import { findConfigurations, isConfiguration, isOwnConfiguration } from './configuration-list.ts';
import { DatasetReader } from './dataset-reader.ts';
import { Disk } from './disk.ts';
import { pluginExports } from './plugin-exports.ts';

/** Resolved configurations that are remembered, the latest asked for. */
const MAXIMUM_RESOLVED = 200;
/** Names of a folder that are offered. */
const MAXIMUM_NAMES = 2000;
/** Plugin modules whose exports are remembered. */
const MAXIMUM_MODULES = 200;

/** A resolved configuration with all it depends on beside the settings of the machine. */
interface Resolution {
  readonly configuration: PartialConfiguration;
  readonly documents: ReadonlyMap<string, ParsedDocument | undefined>;
  readonly existence: ReadonlyMap<string, boolean>;
}

/** Open buffers over the disk: what the language features read. Created and told of changes by the connection. */
export class Workspace implements Readers {
  private readonly buffers = new Map<string, string>();
  private found = new Set<string>();
  private readonly resolutions = new BoundedMap<string, Resolution>(MAXIMUM_RESOLVED);
  private readonly exported = new BoundedMap<string, { text: string; exports: readonly PluginExport[] }>(
    MAXIMUM_MODULES,
  );
  private readonly boundary = new Boundary();
  private readonly disk: Disk;
  private readonly datasets: DatasetReader;
  /** @throws where a file is there but cannot be read. */
  private readonly sources: Sources;
  private readonly memoryBytes = machineMemory();
  private folders: readonly string[] = [];
  private sorted: readonly string[] | undefined;
  private searches = 0;
  /** What was told of while a search was under way, which may have come by too early. */
  private toldMeanwhile: Set<string> | undefined;

  /**
   * @param factsArrived called when more is known of a data set than before.
   * @param now a clock in milliseconds.
   */
  constructor(factsArrived: () => void = () => {}, now?: () => number) {
    this.disk = new Disk(now, this.boundary);
    this.datasets = new DatasetReader(factsArrived, now, this.boundary);
    this.sources = documentCache(file => this.buffers.get(file) ?? this.disk.text(file));
  }

  /** Nothing outside of the workspace's folders is read from now on: the user has not said that they trust it. */
  distrust(): void {
    this.boundary.close();
  }

  /** The workspace has these folders, absolute paths; nothing is looked for yet. */
  surround(folders: readonly string[]): void {
    this.folders = folders;
    this.boundary.surround(folders);
    // Paths are relative to the first folder, and more or less may be read.
    this.resolutions.clear();
  }

  /** Finds the configurations of the workspace's folders; those of before are forgotten. The latest search counts. */
  async search(folders: readonly string[]): Promise<void> {
    this.surround(folders);
    const search = ++this.searches;
    const told = new Set<string>();
    this.toldMeanwhile = told;
    const found = await findConfigurations(folders);
    if (search !== this.searches) return;
    this.toldMeanwhile = undefined;
    this.found = new Set(found);
    for (const file of told) this.listed(file);
    this.sorted = undefined;
  }

  /** An editor shows a file, with a text that may not be saved. */
  edited(file: string, text: string): void {
    if (!this.buffers.has(file)) this.sorted = undefined;
    this.buffers.set(file, text);
  }

  /** The editor shows it no more: what is on disk holds. */
  closed(file: string): void {
    this.buffers.delete(file);
    this.sorted = undefined;
    this.disk.changed(file);
  }

  /** Something on disk was made, changed or removed. */
  changedOnDisk(file: string): void {
    this.disk.changed(file);
    this.datasets.changed();
    if (!isConfiguration(file)) return;
    this.toldMeanwhile?.add(file);
    this.listed(file);
  }

  /** Takes a file into the list of configurations, or out of it, as it is on disk now. */
  private listed(file: string): void {
    const exists = (path: string) => this.disk.exists(path);
    if (exists(file) && isOwnConfiguration(file, this.folders, exists)) this.found.add(file);
    else this.found.delete(file);
    this.sorted = undefined;
  }

  document(file: string): ParsedDocument | undefined {
    try {
      return this.sources(file);
    } catch {
      return undefined;
    }
  }

  resolve(file: string): PartialConfiguration {
    const known = this.resolutions.get(file);
    if (known !== undefined && this.holds(known)) return known.configuration;
    const documents = new Map<string, ParsedDocument | undefined>();
    const existence = new Map<string, boolean>();
    const configuration = resolveConfiguration(file, {
      sources: source => {
        documents.set(source, undefined);
        const document = this.sources(source);
        documents.set(source, document);
        return document;
      },
      workingDirectory: this.folders[0] ?? dirname(file),
      exists: path => {
        const exists = this.disk.exists(path);
        existence.set(path, exists);
        return exists;
      },
      memoryBytes: this.memoryBytes,
    });
    this.resolutions.set(file, { configuration, documents, existence });
    return configuration;
  }

  configurations(): readonly string[] {
    this.sorted ??= [...new Set([...this.found, ...[...this.buffers.keys()].filter(isConfiguration)])].sort();
    return this.sorted;
  }

  dataset(settings: DatasetPlace): DatasetFacts | undefined {
    return this.datasets.facts(settings);
  }

  plugin(file: string): readonly PluginExport[] | undefined {
    let text: string | undefined;
    try {
      text = this.disk.text(file);
    } catch {
      return undefined;
    }
    if (text === undefined) return undefined;
    const known = this.exported.get(file);
    if (known?.text === text) return known.exports;
    const exports = pluginExports(file, text);
    this.exported.set(file, { text, exports });
    return exports;
  }

  folder(path: string): readonly string[] {
    if (!this.boundary.permits(path)) return [];
    try {
      const entries = readdirSync(path, { withFileTypes: true }).slice(0, MAXIMUM_NAMES);
      return entries
        .map(entry => {
          const isFolder =
            entry.isDirectory() || (entry.isSymbolicLink() && isFolderAt(join(path, entry.name)));
          return isFolder ? `${entry.name}/` : entry.name;
        })
        .sort();
    } catch {
      return [];
    }
  }

  /** True where everything that a resolution was made of is still the same. */
  private holds({ documents, existence }: Resolution): boolean {
    for (const [file, document] of documents) if (this.document(file) !== document) return false;
    for (const [path, exists] of existence) if (this.disk.exists(path) !== exists) return false;
    return true;
  }
}

/** False too for links that lead nowhere or in a circle. */
function isFolderAt(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
