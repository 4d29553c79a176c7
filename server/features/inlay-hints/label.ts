import { basename } from 'node:path';
import type { InlayHintLabelPart } from 'vscode-languageserver-types';
import { PRESET } from '../../../src/config/presets/presets.ts';
import type { TreeNode } from '../../../src/config/tree.ts';
import { rangeOf, uriOf } from '../../addresses.ts';
import { flowText } from '../../yaml-text.ts';

/** Values told in a hint; the others are in its tooltip. */
const MOST_INHERITED = 4;
const MOST_DEFAULTS = 3;

/** A setting that is not written where a hint tells of it. */
export interface Setting {
  readonly key: string;
  readonly value: unknown;
  /** Where it is inherited from; absent for a default. */
  readonly node?: TreeNode;
}

/** `← base.innereye.yaml: features 16, levels 3`, each file a link. */
export function inheritedParts(settings: readonly Setting[]): InlayHintLabelPart[] {
  const told = settings.slice(0, MOST_INHERITED);
  const files = [...new Set(told.map(({ node }) => node!.location.file))];
  const parts = files.flatMap((file, index): InlayHintLabelPart[] => {
    const here = told.filter(({ node }) => node!.location.file === file);
    const { key, location } = here[0].node!;
    const link = { uri: uriOf(file), range: rangeOf(key ?? location) };
    const values = here.map(one => `${one.key} ${short(one.value)}`).join(', ');
    return [
      { value: index === 0 ? '← ' : '; ' },
      { value: nameOf(file), location: link },
      { value: `: ${values}` },
    ];
  });
  const rest = settings.length - told.length;
  return rest > 0 ? [...parts, { value: `, … ${rest} more` }] : parts;
}

/** `default: precision auto`; defaults that switch something off are not worth the room. */
export function defaultParts(settings: readonly Setting[]): InlayHintLabelPart[] {
  const active = settings.filter(({ value }) => !isOff(value));
  if (active.length === 0) return [];
  const told = active.slice(0, MOST_DEFAULTS).map(({ key, value }) => `${key} ${short(value)}`);
  const more = active.length > told.length ? ', …' : '';
  return [{ value: `default: ${told.join(', ')}${more}` }];
}

function isOff(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === false || value === 0 || value === '' || value === null;
}

/** A value in few letters. */
export function short(value: unknown): string {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return '{…}';
  if (Array.isArray(value) && value.some(item => typeof item === 'object')) return '[…]';
  const text = flowText(value);
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

/** What a file is called in a hint. */
export function nameOf(file: string): string {
  return file.startsWith(PRESET) ? file.slice(PRESET.length) : basename(file);
}
