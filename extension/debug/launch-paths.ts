import { isAbsolute, resolve } from 'node:path';

/** Settings of a launch that name files or folders. */
const PATHS = ['config', 'run', 'output'] as const;

/** A launch with its paths made absolute: in launch.json they are relative to the workspace's folder. */
export function withAbsolutePaths<Launch extends Readonly<Record<string, unknown>>>(
  given: Launch,
  folder: string | undefined,
): Launch {
  const made = PATHS.flatMap(name => {
    const path = given[name];
    if (folder === undefined || typeof path !== 'string' || path === '' || isAbsolute(path)) return [];
    return [[name, resolve(folder, path)]];
  });
  return { ...given, ...Object.fromEntries(made) };
}
