import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../foundation/fault.ts';

/** The TensorFlow release whose library is used. */
export const tensorflowVersion = '2.21.0';

/** The two files of TensorFlow's C API. */
export interface LibraryFiles {
  /** The folder that holds them. */
  readonly folder: string;
  readonly main: string;
  readonly framework: string;
}

export type Build = 'cpu' | 'gpu';

/** What the two files are called on this platform. */
export function libraryNames(platform: NodeJS.Platform = process.platform): {
  main: string;
  framework: string;
} {
  switch (platform) {
    case 'darwin':
      return { main: 'libtensorflow_cc.2.dylib', framework: 'libtensorflow_framework.2.dylib' };
    case 'win32':
      return { main: 'tensorflow_cc.dll', framework: 'tensorflow_framework.dll' };
    default:
      return { main: 'libtensorflow_cc.so.2', framework: 'libtensorflow_framework.so.2' };
  }
}

/** The folder of the user's caches; `INNEREYE_CACHE` in the environment replaces it. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  if (environment.INNEREYE_CACHE) return environment.INNEREYE_CACHE;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, 'innereye');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'innereye');
  if (platform === 'win32' && environment.LOCALAPPDATA) return join(environment.LOCALAPPDATA, 'innereye');
  return join(homedir(), '.cache', 'innereye');
}

/** Where `innereye engine install` puts a build's library. */
export function installedFolder(build: Build, environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(environment), 'engine', `tensorflow-${tensorflowVersion}-${build}`);
}

function filesIn(folder: string): LibraryFiles | undefined {
  const { main, framework } = libraryNames();
  const files = { folder, main: join(folder, main), framework: join(folder, framework) };
  return existsSync(files.main) && existsSync(files.framework) ? files : undefined;
}

/**
 * The library to load: the folder named by `INNEREYE_TENSORFLOW_LIBRARY`, else the installed GPU build (which runs on a
 * CPU too), else the installed CPU build.
 * @returns undefined where none is installed.
 * @throws Fault where the named folder lacks the files.
 */
export function findLibrary(environment: NodeJS.ProcessEnv = process.env): LibraryFiles | undefined {
  const own = environment.INNEREYE_TENSORFLOW_LIBRARY;
  if (own) {
    const files = filesIn(own);
    if (files) return files;
    const { main, framework } = libraryNames();
    throw new Fault(`the folder in INNEREYE_TENSORFLOW_LIBRARY holds no TensorFlow library`, {
      place: { file: own },
      remedy: `It must hold ${main} and ${framework} of TensorFlow ${tensorflowVersion}, as in the folder "tensorflow" of its Python package.`,
    });
  }
  return filesIn(installedFolder('gpu', environment)) ?? filesIn(installedFolder('cpu', environment));
}
