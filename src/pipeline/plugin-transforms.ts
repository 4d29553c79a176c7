import { pluginCode } from '../config/plugins/compile-plugin.ts';
import type { TransformDefinition, TransformSample } from '../config/plugins/definitions.ts';
import { loadPlugins } from '../config/plugins/load-plugins.ts';
import { sharedModules } from '../config/plugins/shared-modules.ts';
import { Fault } from '../foundation/fault.ts';
import type { Random } from '../foundation/random.ts';
import { voxelCount } from '../volume/volume.ts';

/** The transform that a plugin defines under a name. @throws Fault where none does. */
export type FindTransform = (name: string) => TransformDefinition;

/** What a step `plugin` says: the name of a transform and its options. */
interface PluginStep {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** The transforms of plugin modules; the modules are read and run only where a step needs one. */
export async function loadTransforms(
  plugins: readonly string[],
  steps: readonly object[],
): Promise<FindTransform> {
  if (!steps.some(step => 'plugin' in step)) return withoutPlugins;
  const loaded = await loadPlugins(plugins);
  return name => loaded.find('transform', name);
}

/** The code of the plugin modules where a step needs one, to tell whether it has changed; else empty. */
export async function codeOfTransforms(
  plugins: readonly string[],
  steps: readonly object[],
): Promise<string> {
  if (!steps.some(step => 'plugin' in step)) return '';
  const modules = await sharedModules();
  return (await Promise.all(plugins.map(file => pluginCode(file, modules)))).join('\n');
}

/** For steps among which there is no plugin. */
export const withoutPlugins: FindTransform = name => {
  throw new Fault(`no plugin defines the transform \`${name}\``, {
    remedy: 'List the module that defines it under `plugins`.',
  });
};

/** A whole volume changed by a plugin. @throws Fault where the plugin cannot do that, or fails. */
export function preprocessByPlugin<Sample extends TransformSample & { readonly id: string }>(
  sample: Sample,
  { name, ...options }: PluginStep,
  findTransform: FindTransform,
): Sample {
  const definition = findTransform(name);
  return run(name, sample.id, () => {
    if (definition.preprocess === undefined)
      throw new Error('it has no `preprocess`, which preprocessing needs');
    return checked(sample, definition.preprocess(sample, parse(definition, options)));
  });
}

/** A crop changed by a plugin. @throws Fault where the plugin cannot do that, or fails. */
export function augmentByPlugin<Sample extends TransformSample>(
  sample: Sample,
  { name, ...options }: PluginStep,
  findTransform: FindTransform,
  subject: string,
  random: Random,
): Sample {
  const definition = findTransform(name);
  return run(name, subject, () => {
    if (definition.augment === undefined) throw new Error('it has no `augment`, which augmentation needs');
    const changed = checked(sample, definition.augment(sample, parse(definition, options), random));
    if (voxelCount(changed.shape) !== voxelCount(sample.shape))
      throw new Error('it changed the size of a crop');
    return changed;
  });
}

const parse = ({ options }: TransformDefinition, given: Record<string, unknown>) =>
  options === undefined ? given : options.parse(given);

/** A plugin's result, whose arrays must fit its shape as the sample's did. */
function checked<Sample extends TransformSample>(sample: Sample, result: Sample): Sample {
  const voxels = voxelCount(result.shape);
  const fits =
    result.images.length === sample.images.length &&
    result.images.every(image => image.length === voxels) &&
    (sample.labels === undefined || result.labels?.length === voxels);
  if (!fits) throw new Error('its images and labels do not have the voxels that its shape says');
  return result;
}

function run<T>(name: string, subject: string, transform: () => T): T {
  try {
    return transform();
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      `the transform \`${name}\` fails: ${error instanceof Error ? error.message : String(error)}`,
      {
        place: { subject },
        remedy: 'Mend the plugin that defines it, or its options.',
        cause: error,
      },
    );
  }
}
