import type { SchemaNode } from '../../../src/config/schema/json-schema.ts';
import { alternativesOf, discriminatorOf } from '../../../src/config/schema/lookup.ts';

/** Entries of a list of numbers, such as a size, that are written out. */
const MAXIMUM_PLACES = 4;

/** Text with places to fill in, numbered on as it is written. */
export class Snippet {
  private places = 0;

  /**
   * A value of a schema with the settings that it cannot do without, on one line: `{ axes: [${1:z}] }`. The places of
   * maps that need nothing are empty.
   */
  value(schema: SchemaNode): string {
    if (schema.const !== undefined) return String(schema.const);
    if (schema.enum) return this.choice(schema.enum.map(String));
    if (alternativesOf(schema).length > 0) return this.alternatives(schema);
    if (schema.prefixItems)
      return `[${schema.prefixItems.map((_, index) => this.place(numberIn(schema, index))).join(', ')}]`;
    if (schema.type === 'array' || typeof schema.items === 'object') return this.list(schema);
    if (schema.properties !== undefined || schema.type === 'object') return this.map(schema);
    if (schema.type === 'boolean')
      return this.choice(schema.default === true ? ['false', 'true'] : ['true', 'false']);
    return this.place(typeof schema.default === 'object' ? '' : String(schema.default ?? ''));
  }

  /** The keys that a map cannot do without, each with its value. */
  required(schema: SchemaNode): string[] {
    return (schema.required ?? []).flatMap(key => {
      const child = schema.properties?.[key];
      return child === undefined ? [] : [`${key}: ${this.value(child)}`];
    });
  }

  private map(schema: SchemaNode): string {
    const required = this.required(schema);
    return required.length === 0 ? `{ ${this.place('')} }` : `{ ${required.join(', ')} }`;
  }

  private list(schema: SchemaNode): string {
    const { items } = schema;
    if (typeof items !== 'object') return `[${this.place('')}]`;
    if (
      typeof schema.minItems === 'number' &&
      schema.minItems === schema.maxItems &&
      schema.minItems <= MAXIMUM_PLACES
    )
      return `[${Array.from({ length: schema.minItems }, () => this.place('')).join(', ')}]`;
    const isMap = items.properties !== undefined;
    return `[${isMap || items.enum ? this.value(items) : this.place('')}]`;
  }

  /** Of alternatives told apart by a name, that name; else nothing is chosen for the user. */
  private alternatives(schema: SchemaNode): string {
    const key = discriminatorOf(schema);
    if (key === undefined) return this.place('');
    const names = alternativesOf(schema).flatMap(one => one.properties?.[key]?.const ?? []);
    return `{ ${key}: ${this.choice(names.map(String))} }`;
  }

  private choice(options: readonly string[]): string {
    this.places++;
    return `\${${this.places}|${options.map(option => option.replace(/[|,\\$}]/g, '\\$&')).join(',')}|}`;
  }

  private place(text: string): string {
    this.places++;
    return text === '' ? `$${this.places}` : `\${${this.places}:${escaped(text)}}`;
  }
}

/** The text of a snippet without its places, for editors that know none. */
export function plainText(snippet: string): string {
  return snippet
    .replace(/\$\{\d+\|((?:\\.|[^|,])*)[^}]*\|\}/g, '$1')
    .replace(/\$\{\d+:((?:\\.|[^}])*)\}/g, '$1')
    .replace(/\$\d+/g, '')
    .replace(/\\(.)/g, '$1');
}

function numberIn(schema: SchemaNode, index: number): string {
  const given = Array.isArray(schema.default) ? schema.default[index] : undefined;
  return given === undefined ? '' : String(given);
}

function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
