import { dirname, resolve } from 'node:path';
import { datasetSchema } from '../../../src/config/schema/dataset.ts';
import type { SchemaNode } from '../../../src/config/schema/json-schema.ts';
import { alternativesOf, childSchema, schemaAt } from '../../../src/config/schema/lookup.ts';
import { childOf, formatPath, type MapNode, type Path, plainValue } from '../../../src/config/tree.ts';
import type { DatasetFacts, Readers } from '../../readers.ts';

/** Values to begin with, where the schema has no default and any other choice would be a bad guess. */
const BEGINNINGS: Readonly<Record<string, unknown>> = {
  task: 'segmentation',
  dataset: { path: '../data', channels: ['ct'], structures: [{ name: 'structure', label: 1 }] },
  'dataset.channels': ['ct'],
  'dataset.structures': [{ name: 'structure', label: 1 }],
  sampling: { crop_size: [64, 64, 64] },
  'sampling.crop_size': [64, 64, 64],
  architecture: { name: 'unet3d' },
};

/** A value for a missing setting: what the data set says, a good beginning, or the least that the schema accepts. */
export function startValue(path: Path, tree: MapNode, readers: Readers): unknown {
  const name = formatPath(path);
  const facts = datasetFacts(tree, readers);
  if (name === 'dataset.channels' && facts !== undefined && facts.channels.length > 0) return facts.channels;
  if (name === 'dataset.structures' && facts !== undefined && facts.structures.length > 0)
    return facts.structures;
  if (Object.hasOwn(BEGINNINGS, name)) return BEGINNINGS[name];
  const schema = schemaAt(plainValue(tree), path);
  return schema === undefined ? undefined : leastOf(schema);
}

/** What the data set says of itself, although the section is not complete yet. */
function datasetFacts(tree: MapNode, readers: Readers): DatasetFacts | undefined {
  const node = tree.entries.get('dataset');
  const path = childOf(node, 'path');
  if (node?.kind !== 'map' || path?.kind !== 'scalar' || typeof path.value !== 'string') return undefined;
  const settings = datasetSchema.safeParse({
    channels: ['unknown'],
    structures: [{ name: 'unknown' }],
    ...(plainValue(node) as Record<string, unknown>),
    path: resolve(dirname(path.location.file), path.value),
  });
  return settings.success ? readers.dataset(settings.data) : undefined;
}

/** The first choice, the lower bound, or a map of what is required. */
function leastOf(schema: SchemaNode): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = alternativesOf(schema);
  if (first !== undefined) return leastOf(first);
  if (schema.prefixItems !== undefined) return schema.prefixItems.map(leastOf);
  switch (schema.type) {
    case 'array':
      return typeof schema.items === 'object' ? [leastOf(schema.items)] : [];
    case 'object':
      return Object.fromEntries(
        (schema.required ?? []).map(key => [key, leastOf(childSchema(schema, {}, key) ?? {})]),
      );
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, 1);
    case 'boolean':
      return false;
    default:
      return 'name';
  }
}
