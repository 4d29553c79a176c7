import type { Plugin } from 'esbuild';
import { z } from 'zod';
import { defineArchitecture, defineLoss, defineMetric, defineTransform } from './definitions.ts';

/** Modules that plugins import and this program provides, so that both have the same: by specifier, their exports. */
export type HostModules = Readonly<Record<string, object>>;

const SHARED = Symbol.for('innereye.host-modules');
const OWN: HostModules = {
  innereye: { defineArchitecture, defineLoss, defineTransform, defineMetric, z },
  zod: { z, default: z },
};

/** Lets esbuild resolve the modules that this program provides; call before a plugin is imported. */
export function hostModulesPlugin(modules: HostModules): Plugin {
  const provided: HostModules = { ...OWN, ...modules };
  const program = globalThis as Record<symbol, unknown>;
  program[SHARED] = { ...(program[SHARED] as HostModules | undefined), ...provided };
  return {
    name: 'innereye-host-modules',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path }) =>
        Object.hasOwn(provided, path) ? { path, namespace: 'innereye-host' } : undefined,
      );
      build.onLoad({ filter: /./, namespace: 'innereye-host' }, ({ path }) => ({
        contents: forwarding(path, Object.keys(provided[path])),
      }));
    },
  };
}

/** The text of a module that exports what the program has put aside for it. */
function forwarding(specifier: string, names: readonly string[]): string {
  const source = `globalThis[Symbol.for(${JSON.stringify(SHARED.description)})][${JSON.stringify(specifier)}]`;
  const exports = names.map(name =>
    name === 'default' ? 'export default host.default;' : `export const ${name} = host.${name};`,
  );
  return [`const host = ${source};`, ...exports].join('\n');
}
