import { CompletionItemKind } from 'vscode-languageserver-types';
import { code } from '../../../src/config/documentation/reference.ts';
import type { SchemaNode } from '../../../src/config/schema/json-schema.ts';
import { alternativesOf, discriminatorOf } from '../../../src/config/schema/lookup.ts';
import { nodeAt, plainValue } from '../../../src/config/tree.ts';
import { decided } from '../../setting.ts';
import type { Place, Suggestion } from './place.ts';
import { plainText, Snippet } from './snippet.ts';

/** Values that the schema knows for the setting at the cursor: names of kinds, choices, its default, its form. */
export function valueSuggestions(place: Place): Suggestion[] {
  const { setting, cursor, document } = place;
  const key = cursor.path.at(-1);
  const kinds = typeof key === 'string' && setting.family ? kindsIn(setting.family, key) : [];
  if (kinds.length > 0) return kinds;
  const schema = decided(setting);
  if (schema === undefined || cursor.quoted) return schema ? choices(schema, place) : [];
  const word = document.text.slice(cursor.start, place.offset);
  return [...choices(schema, place), ...(word === '' ? forms(schema) : [])];
}

/** What `name` or `method` may be, with what each of them is. */
function kindsIn(family: SchemaNode, key: string): Suggestion[] {
  return alternativesOf(family).flatMap(one => {
    const { const: name } = one.properties?.[key] ?? {};
    if (name === undefined) return kindsIn(one, key);
    return [
      {
        label: String(name),
        kind: CompletionItemKind.EnumMember,
        ...(one.description === undefined ? {} : { documentation: one.description }),
      },
    ];
  });
}

function choices(schema: SchemaNode, place: Place): Suggestion[] {
  const values = schema.enum?.map(String) ?? (schema.type === 'boolean' ? ['true', 'false'] : []);
  const listed = listedBeside(place);
  return values
    .filter(value => !listed.has(value))
    .map(label => ({
      label,
      kind: CompletionItemKind.EnumMember,
      ...(String(schema.default) === label ? { detail: 'default' } : {}),
    }));
}

/** Entries that the list at the cursor has already. */
function listedBeside({ cursor, document }: Place): ReadonlySet<string> {
  if (cursor.expects !== 'entry') return new Set();
  const list = nodeAt(document.root, cursor.path.slice(0, -1));
  const items = list?.kind === 'list' ? list.items : [];
  const others = items.filter(item => item.location.start !== cursor.start);
  return new Set(others.map(item => String(plainValue(item))));
}

/** The default of a number or text, and the outline of a list or map. */
function forms(schema: SchemaNode): Suggestion[] {
  if (schema.enum || schema.type === 'boolean') return [];
  const fallback = schema.default;
  if (fallback !== undefined && typeof fallback !== 'object')
    return [{ label: String(fallback), kind: CompletionItemKind.Value, detail: 'default' }];
  if (Array.isArray(fallback) && fallback.every(item => typeof item !== 'object') && fallback.length > 0)
    return [
      {
        label: code(fallback).slice(1, -1).replaceAll(',', ', ').replaceAll('  ', ' '),
        kind: CompletionItemKind.Value,
        detail: 'default',
      },
    ];
  const isOutlined =
    schema.prefixItems ||
    discriminatorOf(schema) ||
    (schema.required?.length ?? 0) > 0 ||
    schema.type === 'array';
  if (!isOutlined) return [];
  const snippet = new Snippet().value(schema);
  const label = plainText(snippet);
  return [{ label, kind: CompletionItemKind.Struct, snippet, rank: 2 }];
}
