import { Fault } from '../../foundation/fault.ts';
import { nearestName } from '../nearest.ts';
import { importPlugin } from './compile-plugin.ts';
import type { PluginDefinition } from './definitions.ts';
import { sharedModules } from './shared-modules.ts';

type Kind = PluginDefinition['kind'];
type OfKind<K extends Kind> = Extract<PluginDefinition, { readonly kind: K }>;

/** The definitions of a configuration's plugin modules. */
export class Plugins {
  constructor(readonly definitions: readonly PluginDefinition[]) {}

  /** All definitions of a kind, by name. */
  all<K extends Kind>(kind: K): ReadonlyMap<string, OfKind<K>> {
    const ofKind = this.definitions.filter((one): one is OfKind<K> => one.kind === kind);
    return new Map(ofKind.map(one => [one.name, one]));
  }

  /** @throws Fault where no plugin defines it. */
  find<K extends Kind>(kind: K, name: string): OfKind<K> {
    const known = this.all(kind);
    const found = known.get(name);
    if (found !== undefined) return found;
    const suggestion = nearestName(name, known.keys());
    throw new Fault(`no plugin defines the ${kind} \`${name}\``, {
      remedy: suggestion
        ? `Did you mean \`${suggestion}\`?`
        : `Known: ${[...known.keys()].join(', ') || 'none'}; list the module that defines it under \`plugins\`.`,
    });
  }
}

/**
 * Compiles and runs plugin modules and collects what they export.
 * @param files absolute paths.
 * @throws Fault where they cannot be compiled, fail, or define nothing or the same twice.
 */
export async function loadPlugins(files: readonly string[]): Promise<Plugins> {
  const definitions: PluginDefinition[] = [];
  if (files.length === 0) return new Plugins(definitions);
  const modules = await sharedModules();
  for (const file of files) {
    const exported = Object.values(await importPlugin(file, modules)).filter(isDefinition);
    if (exported.length === 0) {
      throw new Fault('the plugin exports no definition', {
        place: { file },
        remedy: 'Export what defineArchitecture, defineLoss, defineTransform or defineMetric gives.',
      });
    }
    for (const definition of new Set(exported)) {
      if (definitions.some(({ kind, name }) => kind === definition.kind && name === definition.name)) {
        throw new Fault(`the ${definition.kind} \`${definition.name}\` is defined twice`, {
          place: { file },
          remedy: 'Give each definition a name of its own.',
        });
      }
      definitions.push(definition);
    }
  }
  return new Plugins(definitions);
}

function isDefinition(value: unknown): value is PluginDefinition {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, name } = value as Partial<PluginDefinition>;
  return typeof name === 'string' && ['architecture', 'loss', 'transform', 'metric'].includes(kind ?? '');
}
