import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { LineIndex } from './line-index.ts';
import { openBracket } from './open-bracket.ts';
import { isUnclosed, syntaxMessage } from './syntax-message.ts';
import type { Location, TreeNode } from './tree.ts';

/** A file read: the tree of what could be understood, and what could not. */
export interface ParsedDocument {
  readonly file: string;
  readonly text: string;
  /** Undefined for a file without content, or one that is no YAML at all. */
  readonly root: TreeNode | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly lines: LineIndex;
  /** The library's own tree, for edits that keep comments; undefined where the file was too large to parse. */
  readonly yaml: Document.Parsed | undefined;
}

/** Longer files are not configurations; parsing them would hold up an editor. */
export const MAXIMUM_CHARACTERS = 200_000;
const MAXIMUM_NODES = 20_000;
const MAXIMUM_DEPTH = 60;
/** More would not be read. */
const MAXIMUM_DIAGNOSTICS = 50;

/** Reads a configuration's text. Never throws, whatever the text is: half-written YAML gives a tree and diagnostics. */
export function readDocument(file: string, text: string): ParsedDocument {
  const lines = new LineIndex(file, text);
  const problem = (code: string, message: string, location: Location, remedy?: string): Diagnostic => ({
    severity: 'error',
    code,
    message,
    location,
    related: [],
    ...(remedy === undefined ? {} : { remedy }),
  });
  const failed = (message: string, remedy: string): ParsedDocument => ({
    file,
    text,
    root: undefined,
    yaml: undefined,
    lines,
    diagnostics: [problem('file-not-read', message, lines.firstLine(), remedy)],
  });
  if (text.includes('\0')) {
    return failed('the file is no configuration: it holds no text', 'Name a *.innereye.yaml file.');
  }
  if (text.length > MAXIMUM_CHARACTERS) {
    return failed(
      `the file has ${text.length} characters, too many for a configuration`,
      `Name a *.innereye.yaml file, and keep it under ${MAXIMUM_CHARACTERS} characters.`,
    );
  }
  if (tooDeep(text)) {
    return failed('brackets are nested too deeply', `Keep nesting under ${MAXIMUM_DEPTH} levels.`);
  }
  let yaml: Document.Parsed;
  try {
    // A silent parser would pass over a second document without a word.
    yaml = parseDocument(text, { prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch {
    return failed('the file cannot be read as YAML', 'Take back the last change, or simplify its nesting.');
  }
  const errors = [...yaml.errors, ...yaml.warnings].slice(0, MAXIMUM_DIAGNOSTICS).map(error => {
    const [message, remedy] = syntaxMessage(error);
    const bracket = isUnclosed(error) ? openBracket(text.slice(0, error.pos[0])) : undefined;
    const [start, end] =
      bracket !== undefined
        ? [bracket, bracket + 1]
        : error.code === 'MULTIPLE_DOCS'
          ? [error.pos[0], error.pos[0] + '---'.length]
          : error.pos;
    return problem('syntax', message, lines.location(start, Math.max(end, start + 1)), remedy);
  });
  const reader = new TreeReader(lines);
  const root = yaml.contents === null ? undefined : reader.read(yaml.contents as ParsedNode, undefined, 0);
  return { file, text, yaml, lines, root, diagnostics: [...errors, ...reader.diagnostics] };
}

/** Turns the library's tree into ours: aliases expanded, keys as text, everything with its location. */
class TreeReader {
  readonly diagnostics: Diagnostic[] = [];
  private readonly anchors = new Map<string, ParsedNode>();
  private readonly open = new Set<ParsedNode>();
  private count = 0;
  private full = false;

  constructor(private readonly lines: LineIndex) {}

  read(node: ParsedNode, key: Location | undefined, depth: number, place?: Location): TreeNode | undefined {
    const location = place ?? this.locate(node);
    if (++this.count > MAXIMUM_NODES || depth > MAXIMUM_DEPTH || this.open.has(node)) {
      if (!this.full) this.report('too-large', 'the file expands to too many values or levels', location);
      this.full = true;
      return undefined;
    }
    const base = key === undefined ? { location } : { location, key };
    if (isAlias(node)) {
      const target = this.anchors.get(node.source);
      if (target !== undefined) return this.read(target, key, depth + 1, location);
      return { kind: 'scalar', value: null, empty: true, ...base };
    }
    if (node.anchor) this.anchors.set(node.anchor, node);
    if (isScalar(node)) {
      const { value, source = '' } = node;
      const empty = value === null && source === '';
      const unusual = typeof value === 'number' && String(value) !== source;
      return { kind: 'scalar', value: primitive(value), empty, ...(unusual && { source }), ...base };
    }
    this.open.add(node);
    const result: TreeNode = isSeq(node)
      ? { kind: 'list', items: this.items(node.items as Node[], depth), ...base }
      : { kind: 'map', entries: this.entries(node, depth), ...base };
    this.open.delete(node);
    return result;
  }

  private items(nodes: readonly Node[], depth: number): TreeNode[] {
    const read = nodes.map(item => this.read(item as ParsedNode, undefined, depth + 1));
    return read.filter(item => item !== undefined);
  }

  private entries(node: ParsedNode, depth: number): Map<string, TreeNode> {
    const entries = new Map<string, TreeNode>();
    for (const pair of isMap(node) ? node.items : []) {
      if (!isScalar(pair.key)) {
        const at = pair.key ? this.locate(pair.key as ParsedNode) : this.locate(node);
        this.report('bad-key', 'a key must be a plain name', at, 'Write `name: value`.');
        continue;
      }
      const name = String(pair.key.value ?? '');
      const key = this.locate(pair.key as ParsedNode);
      if (name === '__proto__') {
        // Objects of the language underneath cannot be trusted to keep it.
        this.report('bad-key', '`__proto__` cannot be the name of anything', key, 'Choose another name.');
        continue;
      }
      const value = pair.value
        ? this.read(pair.value as ParsedNode, key, depth + 1)
        : ({ kind: 'scalar', value: null, empty: true, location: key, key } as const);
      const earlier = entries.get(name);
      if (earlier?.key !== undefined) {
        this.report(
          'duplicate-key',
          `\`${name}\` is given twice in one map`,
          key,
          'Remove one of the two.',
          earlier.key,
        );
      }
      if (value !== undefined) entries.set(name, value);
    }
    return entries;
  }

  /** From the first character to the last one of the content, without the blank lines after a block. */
  private locate(node: ParsedNode): Location {
    const [start, end] = node.range ?? [0, 0];
    return this.lines.location(start, this.lines.trimEnd(start, end));
  }

  private report(
    code: string,
    message: string,
    location: Location,
    remedy?: string,
    related?: Location,
  ): void {
    if (this.diagnostics.length === MAXIMUM_DIAGNOSTICS) return;
    this.diagnostics.push({
      severity: 'error',
      code,
      message,
      location,
      ...(remedy === undefined ? {} : { remedy }),
      related: related === undefined ? [] : [{ message: 'first given here', location: related }],
    });
  }
}

function primitive(value: unknown): string | number | boolean | null {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  return value === undefined ? null : String(value);
}

/** True where brackets, or the indicators of nested blocks on one line, go deeper than the parser should recurse. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > 10 * MAXIMUM_DEPTH) return true;
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  return false;
}
