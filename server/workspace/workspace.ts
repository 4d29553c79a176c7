import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ParsedDocument } from '../../src/config/document.ts';
import { documentCache } from '../../src/config/document-cache.ts';
import type { Sources } from '../../src/config/extends.ts';
import { machineMemory } from '../../src/config/load-configuration.ts';
import { type PartialConfiguration, resolveConfiguration } from '../../src/config/resolve-configuration.ts';
import type { DatasetFacts, DatasetPlace, PluginExport, Readers } from '../readers.ts';
import { findConfigurations, isConfiguration } from './configuration-list.ts';
import { DatasetReader } from './dataset-reader.ts';
import { Disk } from './disk.ts';
import { pluginExports } from './plugin-exports.ts';

/** Resolved configurations that are remembered, the latest asked for. */
const MAXIMUM_RESOLVED = 200;
/** Names of a folder that are offered. */
const MAXIMUM_NAMES = 2000;

/** A resolved configuration with all it depends on beside the settings of the machine. */
interface Resolution {
  readonly configuration: PartialConfiguration;
  readonly documents: ReadonlyMap<string, ParsedDocument | undefined>;
  readonly existence: ReadonlyMap<string, boolean>;
}

/** Open buffers over the disk: what the language features read. Created and told of changes by the connection. */
export class Workspace implements Readers {
  private readonly buffers = new Map<string, string>();
  private readonly found = new Set<string>();
  private readonly resolutions = new Map<string, Resolution>();
  private readonly exported = new Map<string, { text: string; exports: readonly PluginExport[] }>();
  private readonly disk: Disk;
  private readonly datasets: DatasetReader;
  /** @throws where a file is there but cannot be read. */
  private readonly sources: Sources;
  private readonly memoryBytes = machineMemory();
  private folders: readonly string[] = [];
  private sorted: readonly string[] | undefined;

  /**
   * @param factsArrived called when more is known of a data set than before.
   * @param now a clock in milliseconds.
   */
  constructor(factsArrived: () => void = () => {}, now?: () => number) {
    this.disk = new Disk(now);
    this.datasets = new DatasetReader(factsArrived, now);
    this.sources = documentCache(file => this.buffers.get(file) ?? this.disk.text(file));
  }

  /** Finds the configurations of the workspace's folders; those of before are forgotten. */
  async search(folders: readonly string[]): Promise<void> {
    this.folders = folders;
    const found = await findConfigurations(folders);
    this.found.clear();
    for (const file of found) this.found.add(file);
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
    if (this.disk.exists(file)) this.found.add(file);
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
    this.resolutions.delete(file);
    this.resolutions.set(file, { configuration, documents, existence });
    for (const oldest of this.resolutions.keys()) {
      if (this.resolutions.size <= MAXIMUM_RESOLVED) break;
      this.resolutions.delete(oldest);
    }
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
