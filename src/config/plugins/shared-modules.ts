import type { HostModules } from './host-modules.ts';

/** What plugins share with this program beside `innereye` and `zod`: loaded only where there are plugins. */
export async function sharedModules(): Promise<HostModules> {
  const core: object = await import('@tensorflow/tfjs-core');
  // Bundled from CommonJS, the module's exports are its default export.
  return { '@tensorflow/tfjs-core': 'default' in core ? (core.default as object) : core };
}
