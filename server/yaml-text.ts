import { Document, isMap, isSeq, parse, visit } from 'yaml';

/** A value as YAML on one line, as it may stand anywhere in a configuration, inside of `{…}` and `[…]` too. */
export function flowText(value: unknown): string {
  if (typeof value === 'string') return nameText(value);
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_, node) => {
      if (isMap(node) || isSeq(node)) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: true }).trim();
  // Padding is for maps alone: `{ name: unet3d }`, but `[64, 64, 64]`.
  return text.includes('"') || text.includes("'") ? text : text.replace(/\[ /g, '[').replace(/ \]/g, ']');
}

/** A text as a YAML scalar: plain where that is read back as the same text, in a flow list or map too; else quoted. */
export function nameText(name: string): string {
  const plain = /^[\p{L}\p{N}_./][\p{L}\p{N}_./-]*( [\p{L}\p{N}_./-]+)*$/u.test(name);
  try {
    if (plain && parse(name) === name) return name;
  } catch {
    // Quoted then.
  }
  return JSON.stringify(name);
}
