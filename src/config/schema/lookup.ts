import type { Path } from '../tree.ts';
import { configurationJsonSchema, type SchemaNode } from './json-schema.ts';

/** The alternatives of a union, or none. */
export function alternativesOf(schema: SchemaNode): readonly SchemaNode[] {
  return schema.oneOf ?? schema.anyOf ?? [];
}

/** The key whose constant tells the alternatives apart (`name`, `method`), where there is one. */
export function discriminatorOf(schema: SchemaNode): string | undefined {
  const [first] = alternativesOf(schema);
  return Object.entries(first?.properties ?? {}).find(([, property]) => property.const !== undefined)?.[0];
}

/** True for the entries of a step list: each alternative is a map with one key, the step's name. */
export function isStep(schema: SchemaNode): boolean {
  const alternatives = alternativesOf(schema);
  return (
    alternatives.length > 0 &&
    alternatives.every(
      one => Object.keys(one.properties ?? {}).length === 1 && one.additionalProperties === false,
    ) &&
    discriminatorOf(schema) === undefined
  );
}

/** Names of the steps that an entry of a step list can have. */
export function stepNames(schema: SchemaNode): string[] {
  return alternativesOf(schema).flatMap(one => Object.keys(one.properties ?? {}));
}

/** Which alternative of a union the value means, as far as it says: its index, or −1. */
export function meantAlternative(schema: SchemaNode, value: unknown): number {
  const alternatives = alternativesOf(schema);
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap) return alternatives.findIndex(one => typeOf(value) === one.type);
  const map = value as Record<string, unknown>;
  if (isStep(schema)) {
    return alternatives.findIndex(one =>
      Object.keys(map).some(key => Object.hasOwn(one.properties ?? {}, key)),
    );
  }
  const scored = alternatives.map((one): number => {
    if (alternativesOf(one).length > 0) {
      const key = discriminatorOf(one);
      return key !== undefined && key in map && typeof map[key] !== 'object' ? 2 : 0;
    }
    const constants = Object.entries(one.properties ?? {}).filter(
      ([, property]) => property.const !== undefined,
    );
    if (constants.length > 0) return constants.every(([key, { const: named }]) => map[key] === named) ? 2 : 0;
    if (typeof one.additionalProperties === 'object') return 1;
    // Maps without a name, such as targets of classes and of numbers, are known by their keys.
    const keys = Object.keys(map);
    return keys.filter(key => Object.hasOwn(one.properties ?? {}, key)).length / Math.max(1, keys.length);
  });
  const best = Math.max(...scored);
  return best === 0 ? -1 : scored.indexOf(best);
}

/** The schema with its unions decided by the value, as far as the value says. */
export function decide(schema: SchemaNode, value: unknown): SchemaNode {
  let decided = schema;
  while (alternativesOf(decided).length > 0) {
    const index = meantAlternative(decided, value);
    if (index < 0 && discriminatorOf(decided) !== 'task') return decided;
    // A configuration that does not say its task yet is read as the first, a segmentation.
    decided = alternativesOf(decided)[Math.max(0, index)];
  }
  return decided;
}

/** The schema of the child under a key or index of a value; undefined where the schema knows none. */
export function childSchema(
  schema: SchemaNode,
  value: unknown,
  part: string | number,
): SchemaNode | undefined {
  const decided = decide(schema, value);
  if (typeof part === 'number') {
    return decided.prefixItems?.[part] ?? (typeof decided.items === 'object' ? decided.items : undefined);
  }
  if (decided.properties && Object.hasOwn(decided.properties, part)) return decided.properties[part];
  return typeof decided.additionalProperties === 'object' ? decided.additionalProperties : undefined;
}

/** The schema of the setting at a path, its unions decided by the values around it. */
export function schemaAt(root: unknown, path: Path): SchemaNode | undefined {
  let schema: SchemaNode | undefined = configurationJsonSchema();
  let value = root;
  for (const part of path) {
    if (schema === undefined) return undefined;
    schema = childSchema(schema, value, part);
    value = (value as Record<string | number, unknown> | undefined)?.[part];
  }
  return schema;
}

/** Keys that a map may have where it stands; for an undecided union those of all alternatives. */
export function keysOf(schema: SchemaNode | undefined, value: unknown): string[] {
  if (schema === undefined) return [];
  const decided = decide(schema, value);
  const alternatives = alternativesOf(decided);
  if (alternatives.length > 0) return [...new Set(alternatives.flatMap(one => keysOf(one, value)))];
  return Object.keys(decided.properties ?? {});
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}
