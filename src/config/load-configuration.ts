import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { resolve } from 'node:path';
import { Fault, Faults } from '../foundation/fault.ts';
import { readRegularFile } from '../foundation/regular-file.ts';
import { asFault, type Diagnostic, withoutConsequences } from './diagnostic.ts';
import { documentCache, type TextReader } from './document-cache.ts';
import type { Origins } from './provenance.ts';
import {
  BROKEN_BASE,
  type ChainFile,
  type PartialConfiguration,
  resolveConfiguration,
} from './resolve-configuration.ts';
import type { Configuration } from './schema/configuration.ts';

/** A configuration without errors, ready to be run. */
export interface ResolvedConfiguration {
  /** All defaults filled in; paths of files absolute. */
  readonly settings: Configuration;
  /** Absolute path of the configuration. */
  readonly file: string;
  /** Every file and preset it was made of, bases first. */
  readonly files: readonly ChainFile[];
  readonly origins: Origins;
  /** Warnings and information; errors would have been thrown. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadOptions {
  /** `key.path=value`, laid over the file. */
  readonly set?: readonly string[];
  /** Whether data set, plugins and other files must exist here; default: true. */
  readonly checkFiles?: boolean;
  /** Reads files; default: from disk. */
  readonly reader?: TextReader;
}

/**
 * Reads, resolves and checks a configuration.
 * @throws Faults with every error found, each with place and remedy; Fault where the file itself cannot be read.
 */
export async function loadConfiguration(
  file: string,
  options: LoadOptions = {},
): Promise<ResolvedConfiguration> {
  return withoutErrors(resolveFromDisk(file, options));
}

/** What can be run. @throws Faults with every error found, each with place and remedy. */
export function withoutErrors(partial: PartialConfiguration): ResolvedConfiguration {
  const errors = withoutConsequences(partial.diagnostics).filter(
    ({ severity, code }) => severity === 'error' && code !== BROKEN_BASE,
  );
  const { settings } = partial;
  if (errors.length > 0 || settings === undefined) {
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    throw new Faults(`${partial.file} has ${count}`, errors.map(asFault));
  }
  return {
    settings,
    file: partial.file,
    files: partial.files,
    origins: partial.origins,
    diagnostics: partial.diagnostics,
  };
}

/**
 * As `loadConfiguration`, with whatever could be made of a faulty configuration.
 * @throws Fault where the file itself is missing or cannot be read.
 */
export function resolveFromDisk(file: string, options: LoadOptions = {}): PartialConfiguration {
  const path = resolve(file);
  const sources = documentCache(options.reader ?? readTextFile);
  let found: unknown;
  try {
    found = sources(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') {
      throw new Fault('this is a folder, no configuration', {
        place: { file: path },
        remedy: 'Name a *.innereye.yaml file; `innereye plan FOLDER` writes one for a data set.',
      });
    }
    throw new Fault(`the configuration cannot be read: ${(error as Error).message}`, {
      place: { file: path },
      remedy: 'Name a *.innereye.yaml file that you may read.',
      cause: error,
    });
  }
  if (found === undefined) {
    throw new Fault('there is no such configuration', {
      place: { file: path },
      remedy: 'Check the path; configurations are files named *.innereye.yaml.',
    });
  }
  return resolveConfiguration(path, {
    sources,
    set: options.set ?? [],
    workingDirectory: process.cwd(),
    exists: options.checkFiles === false ? () => true : existsSync,
    memoryBytes: machineMemory(),
  });
}

/** Bytes of memory of the machine, or of the container around this process. */
export function machineMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Longer files are no configurations. */
const MAXIMUM_BYTES = 10e6;

/** The text of a file on disk; undefined where it does not exist. @throws Error where it is none, or too long. */
export function readTextFile(file: string): string | undefined {
  return readRegularFile(file, MAXIMUM_BYTES);
}
