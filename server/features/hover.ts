import type { Hover, Position } from 'vscode-languageserver-types';
import type { ParsedDocument } from '../../src/config/document.ts';
import type { PartialConfiguration } from '../../src/config/resolve-configuration.ts';
import { alternativesOf, discriminatorOf } from '../../src/config/schema/lookup.ts';
import { formatPath, type Path } from '../../src/config/tree.ts';
import { placeOf } from '../../src/dataset/facts.ts';
import { rangeOf } from '../addresses.ts';
import { nodeAtPosition } from '../node-at.ts';
import type { Readers } from '../readers.ts';
import { type Setting, settingAt, settingMarkdown } from '../setting.ts';
import { architectureMarkdown } from './hover/architecture.ts';
import { baseMarkdown, datasetMarkdown } from './hover/files.ts';
import { originMarkdown, resolvedPath } from './hover/origin.ts';
import { cropMarkdown, tileMarkdown } from './hover/sizes.ts';

/** What the setting under the cursor means, what it may be, what holds, which files say so, and what follows from it. */
export function hover(document: ParsedDocument, position: Position, readers: Readers): Hover | null {
  const at = nodeAtPosition(document, position);
  // White space inside of a map is about nothing.
  if (at === undefined || (!at.onKey && at.node.kind === 'map')) return null;
  const range = rangeOf(at.onKey && at.node.key !== undefined ? at.node.key : at.node.location);
  if (at.path[0] === 'extends') {
    const text = baseMarkdown(document, at.node.location, readers);
    return text === undefined ? null : { contents: { kind: 'markdown', value: text }, range };
  }
  const resolved = readers.resolve(document.file);
  const described = describedPath(at.path, document, resolved);
  const setting = settingAt(described, document.root, resolved.tree);
  if (setting.schema === undefined) return null;
  const path = resolvedPath(described, document.root, resolved.tree);
  const parts = [
    `**\`${formatPath(described)}\`**`,
    meaning(described, setting),
    at.onKey ? undefined : alternativeMeaning(described, setting, at.node),
    path && originMarkdown(path, document.file, resolved),
    consequences(described, resolved.settings, readers),
  ];
  return {
    contents: { kind: 'markdown', value: parts.filter(part => part).join('\n\n') },
    range,
  };
}

/** A number in a list, or a name, means what its list does. */
function describedPath(path: Path, document: ParsedDocument, resolved: PartialConfiguration): Path {
  let described = path;
  while (typeof described.at(-1) === 'number') {
    const { schema } = settingAt(described, document.root, resolved.tree);
    if (schema?.description !== undefined) break;
    described = described.slice(0, -1);
  }
  return described;
}

function meaning(path: Path, { schema, owner, family }: Setting): string {
  const key = path.at(-1);
  if (typeof key !== 'string') return settingMarkdown(schema!);
  const kinds = alternativesOf(family ?? {}).flatMap(one => one.properties?.[key]?.const ?? []);
  return settingMarkdown(kinds.length > 0 ? { enum: kinds } : schema!, key, owner);
}

/** What the chosen kind is: of `name: unet3d` the network. */
function alternativeMeaning(path: Path, { family }: Setting, node: { kind: string }): string | undefined {
  const key = path.at(-1);
  if (family === undefined || !('value' in node) || discriminatorOf(family) !== key) return undefined;
  const chosen = alternativesOf(family).find(one => one.properties?.[String(key)]?.const === node.value);
  return chosen?.description;
}

/** Numbers that follow from the settings, at those that they follow from. */
function consequences(
  path: Path,
  settings: PartialConfiguration['settings'],
  readers: Readers,
): string | undefined {
  if (settings === undefined) return undefined;
  if (path[0] === 'dataset' && (path.length === 1 || (path.length === 2 && path[1] === 'path')))
    return datasetMarkdown(readers.dataset(placeOf(settings)));
  // Sizes and networks of other tasks have no such numbers.
  if (settings.task !== 'segmentation') return undefined;
  switch (path.slice(0, 2).join('.')) {
    case 'sampling.crop_size':
      return cropMarkdown(settings);
    case 'inference.window':
      return tileMarkdown(settings);
    case 'architecture':
    case 'architecture.name':
      return architectureMarkdown(settings);
    default:
      return undefined;
  }
}
