import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver-types';
import { MAXIMUM_CHARACTERS, type ParsedDocument } from '../../src/config/document.ts';
import type { SchemaNode } from '../../src/config/schema/json-schema.ts';
import { alternativesOf, isStep } from '../../src/config/schema/lookup.ts';
import { plainValue, type TreeNode } from '../../src/config/tree.ts';
import { offsetAt } from '../node-at.ts';
import type { Readers } from '../readers.ts';
import { decided, settingAt, settingMarkdown } from '../setting.ts';
import { cursorAt } from './completion/cursor.ts';
import { baseSuggestions, fileSuggestions } from './completion/files.ts';
import { editSuggestions, keySuggestions } from './completion/keys.ts';
import { nameSuggestions } from './completion/names.ts';
import { asItems, type Place, type Suggestion } from './completion/place.ts';
import { Snippet } from './completion/snippet.ts';
import { valueSuggestions } from './completion/values.ts';

/**
 * What can be written at the cursor, however broken the rest of the file is.
 * @param snippets whether the editor knows texts with places to fill in.
 */
export function completion(
  document: ParsedDocument,
  position: Position,
  readers: Readers,
  snippets = true,
): CompletionItem[] {
  if (document.text.length > MAXIMUM_CHARACTERS) return [];
  const offset = offsetAt(document, position);
  const cursor = cursorAt(document.text, offset);
  if (cursor === undefined) return [];
  const resolved = readers.resolve(document.file);
  const setting = settingAt(cursor.path, document.root, resolved.tree);
  const place: Place = { document, offset, cursor, setting, resolved, readers, snippets };
  return asItems(suggestions(place), place);
}

function suggestions(place: Place): Suggestion[] {
  const { cursor, setting } = place;
  if (cursor.path[0] === 'extends') return baseSuggestions(place);
  const schema = decided(setting);
  if (cursor.path.includes('$remove')) return removable(place);
  if (cursor.expects === 'key') {
    if (schema !== undefined && isList(schema)) return [...entries(schema, place), ...editSuggestions(place)];
    return keySuggestions(place);
  }
  const names = [...nameSuggestions(place), ...fileSuggestions(place)];
  const values = names.length > 0 ? names : valueSuggestions(place);
  return cursor.expects === 'entry' ? [...values, ...keySuggestions(place)] : values;
}

function isList(schema: SchemaNode): boolean {
  return schema.type === 'array';
}

/** On a line of its own below a list's key, entries with their dashes. */
function entries(schema: SchemaNode, place: Place): Suggestion[] {
  const { items } = schema;
  if (place.cursor.flow || place.cursor.hasColon || typeof items !== 'object') return [];
  if (isStep(items)) {
    return alternativesOf(items).flatMap(one =>
      Object.entries(one.properties ?? {}).map(([name, step]) => ({
        label: `- ${name}`,
        kind: CompletionItemKind.Property,
        snippet: `- ${name}: ${new Snippet().value(step)}`,
        documentation: settingMarkdown(step),
      })),
    );
  }
  const required = items.properties === undefined ? [] : new Snippet().required(items);
  const snippet = `- ${required.length > 0 ? required.join('\n  ') : '$1'}`;
  return [{ label: '-', kind: CompletionItemKind.Property, snippet, documentation: settingMarkdown(items) }];
}

/** What can be taken out of an inherited list: its values, steps by their names, maps by their `name`. */
function removable({ cursor, document, resolved }: Place): Suggestion[] {
  const list = settingAt(cursor.path.slice(0, cursor.path.indexOf('$remove')), document.root, resolved.tree);
  const inherited = inheritedList(list.resolved);
  const names = inherited.flatMap((item): string[] => {
    if (item.kind === 'scalar') return [String(item.value)];
    if (item.kind !== 'map') return [];
    const name = item.entries.get('name');
    return name?.kind === 'scalar' ? [String(plainValue(name))] : [...item.entries.keys()];
  });
  return [...new Set(names)].map(label => ({
    label,
    kind: CompletionItemKind.EnumMember,
    detail: 'inherited',
  }));
}

function inheritedList(node: TreeNode | undefined): readonly TreeNode[] {
  for (let above = node?.overrode; above !== undefined; above = above.overrode)
    if (above.kind === 'list') return above.items;
  return [];
}
