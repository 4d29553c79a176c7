import { Fault } from '../foundation/fault.ts';
import type { FindTransform } from './transform.ts';

/** The transforms that plugin modules define, by name. */
export async function loadTransforms(_plugins: readonly string[]): Promise<FindTransform> {
  return name => {
    throw new Fault(`no plugin defines a transform named "${name}"`, {
      remedy: 'List the module that defines it under `plugins`.',
    });
  };
}
