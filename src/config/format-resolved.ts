import { createHash } from 'node:crypto';
import { Document, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Configuration } from './schema/configuration.ts';

/**
 * A configuration as YAML with every setting, in the order of the schema: `config.resolved.yaml` of a run. Resolving it
 * gives the same settings again.
 */
export function formatResolved(configuration: Configuration): string {
  return formatYaml(configuration);
}

/** YAML for people: lists of plain values on one line, everything else on lines of its own. */
export function formatYaml(value: unknown, comment?: string): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  flatten(document.contents);
  if (comment !== undefined) document.commentBefore = comment;
  return document.toString({ lineWidth: 110, flowCollectionPadding: true });
}

/** SHA-256 of the settings, in hexadecimal; the order of keys does not matter. */
export function hashSettings(configuration: Configuration): string {
  return createHash('sha256').update(canonical(configuration)).digest('hex');
}

function flatten(node: unknown): void {
  if (isSeq(node)) {
    if (node.items.every(item => isScalar(item))) node.flow = true;
    else for (const item of node.items) flatten(item);
  } else if (isMap(node)) {
    if (node.items.length === 0) node.flow = true;
    for (const { value } of node.items) flatten(value as Node | null);
  }
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, child]) => child !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
