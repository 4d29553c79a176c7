import { code, isRequired, typeText } from '../src/config/documentation/reference.ts';
import { configurationJsonSchema, type SchemaNode } from '../src/config/schema/json-schema.ts';
import { alternativesOf, childSchema, decide, isStep, stepNames } from '../src/config/schema/lookup.ts';
import { childOf, type MapNode, type Path, type TreeNode } from '../src/config/tree.ts';

/** A setting where a file writes it, or could. */
export interface Setting {
  /** What it may be; undefined where the schema knows no such setting. */
  readonly schema: SchemaNode | undefined;
  /** The schema of what it lies in, its unions decided as far as possible; undefined for the root. */
  readonly owner: SchemaNode | undefined;
  /** The same with its unions open: all that `name` could be. */
  readonly family: SchemaNode | undefined;
  /** What the file itself writes there. */
  readonly own: TreeNode | undefined;
  /** What holds there with everything inherited. */
  readonly resolved: TreeNode | undefined;
}

/**
 * The setting at a path as a file writes it, with `$append` and `$remove`. Unions are decided by what the file and its
 * bases say, so that `levels` is known below an `architecture` whose `name` is inherited.
 * @param root the file's own tree. @param tree the resolved one.
 */
export function settingAt(path: Path, root: TreeNode | undefined, tree: MapNode | undefined): Setting {
  let schema: SchemaNode | undefined = configurationJsonSchema();
  let owner: SchemaNode | undefined;
  let family: SchemaNode | undefined;
  let own = root;
  let resolved: TreeNode | undefined = tree;
  for (const part of path) {
    if (part === '$append' || part === '$remove') resolved = undefined;
    else {
      const value = surface(own, resolved);
      family = schema;
      owner = schema && decide(schema, value);
      schema = schema && childSchema(schema, value, part);
      resolved = childOf(inheritedMap(resolved) ?? resolved, part);
    }
    own = childOf(own, part);
  }
  return { schema, owner, family, own, resolved };
}

/** The schema of a setting with its unions decided by what is written and inherited there. */
export function decided({ schema, own, resolved }: Setting): SchemaNode | undefined {
  return schema && decide(schema, surface(own, resolved));
}

/** What a file or its bases already say in a map: the keys, with their values. */
export function entriesOf({ own, resolved }: Setting): ReadonlyMap<string, TreeNode> {
  const inherited = inheritedMap(resolved);
  const entries = new Map(inherited?.entries);
  if (own?.kind === 'map') for (const [key, value] of own.entries) entries.set(key, value);
  return entries;
}

/** As much of a value as decides between the alternatives of a union. */
function surface(own: TreeNode | undefined, resolved: TreeNode | undefined): unknown {
  if (own?.kind === 'list' || (own === undefined && resolved?.kind === 'list')) return [];
  const map = inheritedMap(resolved);
  if (own?.kind !== 'map' && map === undefined) return own?.kind === 'scalar' ? own.value : undefined;
  const entries = [...(map?.entries ?? []), ...(own?.kind === 'map' ? own.entries : [])];
  return Object.fromEntries(
    entries.map(([key, node]) => {
      if (node.kind === 'scalar') return [key, node.value];
      return [key, node.kind === 'list' ? [] : {}];
    }),
  );
}

/** A word written where a map is inherited does not take the map away yet: it becomes one of its keys. */
function inheritedMap(node: TreeNode | undefined): MapNode | undefined {
  for (let above = node; above !== undefined; above = above.overrode) if (above.kind === 'map') return above;
  return undefined;
}

/** What a setting means, may be, and is by default, as Markdown. */
export function settingMarkdown(schema: SchemaNode, key?: string, owner?: SchemaNode): string {
  // The name of a step is the only key that its entry can have: nothing that one must be told.
  const isStepName = Object.keys(owner?.properties ?? {}).length === 1;
  const required = key !== undefined && owner !== undefined && !isStepName && isRequired(owner, key);
  const facts = [
    typeOf(schema),
    ...(required ? ['required'] : []),
    ...(schema.default === undefined ? [] : [`default ${code(schema.default)}`]),
  ].filter(fact => fact !== '');
  return [schema.description ?? '', facts.join(' · ')].filter(part => part !== '').join('\n\n');
}

function typeOf(schema: SchemaNode): string {
  if (isStep(schema)) return `one of ${stepNames(schema).map(code).join(', ')}`;
  const names = alternativesOf(schema).flatMap(one =>
    Object.entries(one.properties ?? {}).flatMap(([key, { const: name }]) =>
      name === undefined ? [] : [`${key}: ${name}`],
    ),
  );
  return names.length > 0 ? `one of ${names.map(name => `\`${name}\``).join(', ')}` : typeText(schema);
}
