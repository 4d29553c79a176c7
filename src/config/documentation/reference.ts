import { configurationJsonSchema, type SchemaNode } from '../schema/json-schema.ts';
import { alternativesOf, discriminatorOf, isStep } from '../schema/lookup.ts';

/** Markdown tables of every key, with type, default and meaning, from the schema. */
export function referenceMarkdown(): string {
  const [segmentation, ...others] = alternativesOf(configurationJsonSchema());
  return [
    taskReference(segmentation!, []),
    ...others.map((task, index) => taskReference(task, [segmentation!, ...others.slice(0, index)])),
  ].join('\n\n');
}

/** The keys of a task; of those that mean the same in an earlier one, the names only. */
function taskReference(task: SchemaNode, earlier: readonly SchemaNode[]): string {
  const name = String(task.properties?.task?.const);
  const scalars: [string, SchemaNode][] = [];
  const sections: string[] = [];
  const known: string[] = [];
  for (const [key, schema] of Object.entries(task.properties ?? {})) {
    const same = earlier.find(one => JSON.stringify(one.properties?.[key]) === JSON.stringify(schema));
    if (same) known.push(`\`${key}\` (as for a ${same.properties?.task?.const})`);
    else if (isSection(schema)) sections.push(section(key, key, schema, 4, isRequired(task, key)));
    else scalars.push([key, schema]);
  }
  return [
    `### \`task: ${name}\``,
    task.description ?? '',
    table(scalars, task),
    ...(known.length > 0 ? [`Further keys: ${known.join(', ')}.`] : []),
    ...sections,
  ].join('\n\n');
}

/** A schema that is worth a heading: a map with keys, a union of maps, or a list of either. */
function isSection(schema: SchemaNode): boolean {
  return mapsIn(schema).length > 0;
}

/** The maps with keys of their own that a value may be, or that a list or map may hold. */
function mapsIn(schema: SchemaNode): SchemaNode[] {
  if (Object.keys(schema.properties ?? {}).length > 0) return [schema];
  const held = typeof schema.items === 'object' ? schema.items : schema.additionalProperties;
  if (typeof held === 'object') return mapsIn(held);
  return alternativesOf(schema).flatMap(mapsIn);
}

function section(key: string, path: string, schema: SchemaNode, depth: number, required: boolean): string {
  const heading = `${'#'.repeat(Math.min(depth, 6))} \`${path}\``;
  const fallback = schema.default === undefined ? '' : ` Default: ${code(schema.default)}.`;
  const text = `${schema.description ?? ''}${required ? ' Required.' : fallback}`.trim();
  return [heading, text, body(key, path, schema, depth)].filter(part => part !== '').join('\n\n');
}

function body(key: string, path: string, schema: SchemaNode, depth: number): string {
  const list = typeof schema.items === 'object';
  const held = list ? (schema.items as SchemaNode) : schema;
  const inner = list ? `${path}[]` : path;
  if (isStep(held)) {
    const steps = alternativesOf(held).flatMap(one => Object.entries(one.properties ?? {}));
    return steps
      .map(([name, step]) => section(name, `${inner}.${name}`, step, depth + 1, false))
      .join('\n\n');
  }
  if (alternativesOf(held).length > 0) return alternatives(key, inner, held, depth);
  return keys(inner, held, depth);
}

function alternatives(key: string, path: string, schema: SchemaNode, depth: number): string {
  const discriminator = discriminatorOf(schema);
  return alternativesOf(schema)
    .map(one => {
      const constant = discriminator && one.properties?.[discriminator]?.const;
      if (constant !== undefined) {
        const heading = `${'#'.repeat(Math.min(depth + 1, 6))} \`${path}: {${discriminator}: ${constant}}\``;
        return [heading, one.description ?? '', keys(path, one, depth + 1)]
          .filter(part => part !== '')
          .join('\n\n');
      }
      if (alternativesOf(one).length > 0) return alternatives(key, path, one, depth);
      return one.description ?? '';
    })
    .filter(part => part !== '')
    .join('\n\n');
}

function keys(path: string, schema: SchemaNode, depth: number): string {
  const entries = Object.entries(schema.properties ?? {}).filter(([, child]) => child.const === undefined);
  if (entries.length === 0) return 'No further keys.';
  const nested = entries.filter(([, child]) => isSection(child));
  const below = nested.map(([name, child]) =>
    section(name, `${path}.${name}`, child, depth + 1, isRequired(schema, name)),
  );
  return [table(entries, schema), ...below].join('\n\n');
}

function table(entries: readonly [string, SchemaNode][], owner: SchemaNode): string {
  const rows = entries.map(([key, schema]) => {
    const fallback = isRequired(owner, key)
      ? '**required**'
      : schema.default === undefined
        ? '–'
        : code(schema.default);
    return `| \`${key}\` | ${typeText(schema)} | ${fallback} | ${escaped(schema.description ?? '')} |`;
  });
  return ['| Key | Type | Default | Meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The type in words, with its range: `whole number, 1 or more`. */
export function typeText(schema: SchemaNode): string {
  if (schema.enum) return schema.enum.map(value => `\`${value}\``).join(', ');
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.prefixItems) {
    const [first] = schema.prefixItems;
    return `list of ${schema.prefixItems.length} (${first === undefined ? 'values' : typeText(first)})`;
  }
  if (schema.type === 'array') {
    const held = typeof schema.items === 'object' ? schema.items : undefined;
    if (held === undefined) return 'list';
    if (isStep(held)) return 'list of steps';
    if (isSection(held)) return 'list of maps';
    return `list of ${typeText(held)}${schema.maxItems === schema.minItems && schema.minItems ? `, ${schema.minItems} of them` : ''}`;
  }
  if (schema.type === 'object' || alternativesOf(schema).length > 0) return 'map';
  if (Array.isArray(schema.type)) return schema.type.map(wordFor).join(' or ');
  return [wordFor(String(schema.type)), range(schema)].filter(part => part !== '').join(', ');
}

function wordFor(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    number: 'number',
    integer: 'whole number',
    boolean: '`true` or `false`',
  };
  return words[type] ?? type;
}

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, type }: SchemaNode): string {
  const limit = Number.MAX_SAFE_INTEGER;
  const low = minimum !== undefined && minimum > -limit ? minimum : undefined;
  const high = maximum !== undefined && maximum < limit ? maximum : undefined;
  if (type === 'integer' && exclusiveMinimum === 0) return high === undefined ? '1 or more' : `1 to ${high}`;
  const above = exclusiveMinimum === undefined ? '' : `above ${exclusiveMinimum}`;
  const below = exclusiveMaximum === undefined ? '' : `below ${exclusiveMaximum}`;
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  const lower = low === undefined ? above : `${low} or more`;
  const upper = high === undefined ? below : `at most ${high}`;
  return [lower, upper].filter(part => part !== '').join(', ');
}

/** True for a key that a map cannot do without. */
export function isRequired(owner: SchemaNode, key: string): boolean {
  return owner.required?.includes(key) ?? false;
}

/** A value as it is written in a configuration, as Markdown code. */
export function code(value: unknown): string {
  const text = JSON.stringify(value)
    .replace(/"([A-Za-z_]\w*)":/g, '$1: ')
    .replaceAll(',', ', ');
  return `\`${text === '""' ? text : text.replaceAll('"', '')}\``;
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
