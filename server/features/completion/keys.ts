import { CompletionItemKind } from 'vscode-languageserver-types';
import { code } from '../../../src/config/documentation/reference.ts';
import type { SchemaNode } from '../../../src/config/schema/json-schema.ts';
import { alternativesOf, discriminatorOf, isStep } from '../../../src/config/schema/lookup.ts';
import { plainValue, type TreeNode } from '../../../src/config/tree.ts';
import { decided, entriesOf, settingMarkdown } from '../../setting.ts';
import { channelNames } from './names.ts';
import type { Place, Suggestion } from './place.ts';
import { Snippet } from './snippet.ts';

const EXTENDS: SchemaNode = {
  type: 'string',
  description:
    'A preset or file whose settings hold where this file says nothing; or a list, later ones win.',
};

/** Ranks: what must still be given, what may be, what is inherited already. */
const [REQUIRED, OPEN, INHERITED] = [0, 1, 2];

/** The keys that the map at the cursor may still get. */
export function keySuggestions(place: Place): Suggestion[] {
  const { setting, cursor } = place;
  const schema = decided(setting);
  if (schema === undefined) return [];
  const keys = keysIn(schema, place);
  if (cursor.path.length === 0) keys.unshift(['extends', EXTENDS]);
  const entries = entriesOf(setting);
  // An entry of a step list is one step.
  const others = [...entries].filter(([, node]) => !isUnderCursor(node, place));
  if (isStep(setting.schema ?? {}) && others.length > 0 && !isUnderCursorOnly(place)) return [];
  return keys
    .filter(([key]) => !isWritten(key, place))
    .map(([key, child]) => {
      const inherited = inheritedIn(entries.get(key), place);
      const required = schema.required?.includes(key) || key === discriminatorOf(schema);
      return {
        label: key,
        kind: CompletionItemKind.Property,
        rank: inherited !== undefined ? INHERITED : required ? REQUIRED : OPEN,
        documentation: settingMarkdown(child, key, schema),
        ...detailOf(child, required === true, inherited),
        ...written(key, child, place),
      };
    });
}

/** `$append` and `$remove`, where a list can be inherited. */
export function editSuggestions(place: Place): Suggestion[] {
  const keys = ['$append', '$remove'].filter(key => !isWritten(key, place));
  const texts: Readonly<Record<string, string>> = {
    $append: 'Adds entries to the end of the inherited list.',
    $remove: 'Takes entries out of the inherited list: values, names of steps, or whole entries.',
  };
  return keys.map(key => ({
    label: key,
    kind: CompletionItemKind.Operator,
    rank: INHERITED,
    documentation: texts[key],
    ...(place.cursor.hasColon ? {} : { snippet: `\\${key}: [$1]` }),
  }));
}

/** Keys of a map; of a union that is not decided yet, what decides it. */
function keysIn(schema: SchemaNode, place: Place): [string, SchemaNode][] {
  const alternatives = alternativesOf(schema);
  if (alternatives.length > 0) {
    const key = isStep(schema) ? undefined : discriminatorOf(schema);
    if (key !== undefined)
      return [[key, { enum: alternatives.flatMap(one => one.properties?.[key]?.const ?? []) }]];
    return alternatives.flatMap(one => keysIn(one, place));
  }
  const named = Object.entries(schema.properties ?? {});
  if (typeof schema.additionalProperties !== 'object' || place.cursor.path.at(-1) !== 'normalize')
    return named;
  const each = schema.additionalProperties;
  return [...named, ...channelNames(place).map((name): [string, SchemaNode] => [name, each])];
}

/** True for a key that the file has in this map, other than the one that is being written. */
function isWritten(key: string, place: Place): boolean {
  const { own } = place.setting;
  const node = own?.kind === 'map' ? own.entries.get(key) : undefined;
  return node !== undefined && !isUnderCursor(node, place);
}

function isUnderCursor(node: TreeNode, { cursor, document }: Place): boolean {
  const { key } = node;
  return key?.file === document.file && key.start <= cursor.start && cursor.start <= key.end;
}

/** True where the only entry is the word at the cursor. */
function isUnderCursorOnly(place: Place): boolean {
  const { own } = place.setting;
  return own?.kind !== 'map' || [...own.entries.values()].every(node => isUnderCursor(node, place));
}

/** The inherited value of a key that the file itself does not give. */
function inheritedIn(node: TreeNode | undefined, { document }: Place): TreeNode | undefined {
  for (let above = node; above !== undefined; above = above.overrode)
    if (above.location.file !== document.file) return above;
  return undefined;
}

function detailOf(
  schema: SchemaNode,
  required: boolean,
  inherited: TreeNode | undefined,
): { detail?: string } {
  if (inherited !== undefined) {
    const value = inherited.kind === 'map' || inherited.kind === 'edit' ? undefined : plainValue(inherited);
    const text = value === undefined ? '' : `: ${code(value).slice(1, -1)}`;
    return { detail: `inherited${text.length > 60 ? `${text.slice(0, 60)}…` : text}` };
  }
  if (required) return { detail: 'required' };
  if (schema.default === undefined || typeof schema.default === 'object') return {};
  return { detail: `default: ${String(schema.default)}` };
}

/** A key with its colon, and as much of its value as must be there. */
function written(key: string, schema: SchemaNode, { cursor }: Place): { snippet?: string; text?: string } {
  if (cursor.hasColon) return { text: key };
  const snippet = new Snippet();
  const isMap = schema.properties !== undefined && alternativesOf(schema).length === 0;
  // Steps and entries of lists are short; sections of a configuration stand on lines of their own.
  const onLines =
    isMap && !cursor.flow && cursor.expects === 'key' && !cursor.path.some(part => typeof part === 'number');
  if (!onLines)
    return {
      snippet: `${key}: ${isMap || schema.type !== undefined || schema.enum || alternativesOf(schema).length > 0 ? snippet.value(schema) : '$1'}`,
    };
  const indent = ' '.repeat(Math.max(0, cursor.column - cursor.indent) + 2);
  const lines = snippet.required(schema);
  return {
    snippet: `${key}:\n${(lines.length > 0 ? lines : ['$1']).map(line => `${indent}${line}`).join('\n')}`,
  };
}
