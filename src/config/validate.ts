import type { z } from 'zod';
import type { Diagnostic } from './diagnostic.ts';
import { issueText } from './issue-text.ts';
import { without } from './left-out.ts';
import { nearestName } from './nearest.ts';
import { type Configuration, schemaOfTask } from './schema/configuration.ts';
import { isStep, keysOf, meantAlternative, schemaAt, stepNames } from './schema/lookup.ts';
import {
  formatPath,
  type Location,
  type MapNode,
  nearestNode,
  nodeAt,
  type Path,
  plainValue,
  type TreeNode,
} from './tree.ts';

type Issue = z.core.$ZodIssue;

/** Findings that are told; a file with more of them is no configuration. */
const MAXIMUM_TOLD = 100;

/** What a tree says, checked against the schema. */
export interface Validation {
  /** Set where the configuration, apart from the faulty settings in `left`, says all that is needed. */
  readonly settings: Configuration | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Paths that were left out of `settings` because they are faulty, as they are written. */
  readonly left: readonly Path[];
}

/** Checks a resolved tree against the schema; every finding is placed at the node that caused it. */
export function validate(tree: MapNode): Validation {
  const value = withNamesAsWritten(plainValue(tree), tree);
  const emptyValues = emptyNodes(tree).slice(0, MAXIMUM_TOLD);
  const schema = schemaOfTask(value);
  const result = schema.safeParse(value);
  if (result.success) {
    return { settings: result.data as Configuration, diagnostics: emptyValues, left: [] };
  }
  const issues = result.error.issues.flatMap(issue => meant(issue, value, []));
  const left = issues.flatMap(({ issue, path }) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map(key => [...path, key]) : [path],
  );
  const silent = new Set(emptyValues.map(diagnostic => diagnostic.path));
  const diagnostics = issues
    .slice(0, MAXIMUM_TOLD)
    .flatMap(({ issue, path }) => describe(issue, path, value, tree))
    .filter(diagnostic => !silent.has(diagnostic.path));
  const repaired = schema.safeParse(without(value, left));
  return {
    settings: repaired.success ? (repaired.data as Configuration) : undefined,
    diagnostics: [...emptyValues, ...diagnostics],
    left,
  };
}

/** Numbers that stand for names, such as those of subjects, as the text that was written: 007 is not 7. */
function withNamesAsWritten(root: unknown, tree: MapNode): unknown {
  const visit = (node: TreeNode, value: unknown, path: Path): unknown => {
    if (node.kind === 'scalar') return node.source !== undefined && isName(root, path) ? node.source : value;
    if (node.kind === 'list' && Array.isArray(value))
      return value.map((item, index) => visit(node.items[index], item, [...path, index]));
    if (node.kind !== 'map' || typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, child]) => [key, visit(node.entries.get(key)!, child, [...path, key])]),
    );
  };
  return visit(tree, root, []);
}

/** Whether a setting takes texts and numbers alike. */
function isName(root: unknown, path: Path): boolean {
  const { type } = schemaAt(root, path) ?? {};
  return Array.isArray(type) && type.includes('string') && type.includes('number');
}

/** Follows unions down to the issues of the alternative that was meant, with paths from the root. */
function meant(issue: Issue, root: unknown, above: Path): { issue: Issue; path: Path }[] {
  const path = [...above, ...(issue.path as (string | number)[])];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  const value = at(root, path);
  const schema = schemaAt(root, path);
  const crowded = schema !== undefined && isStep(schema) && Object.keys(value ?? {}).length > 1;
  const index = schema && !crowded ? meantAlternative(schema, value) : -1;
  if (index < 0 || issue.errors[index] === undefined) return [{ issue, path }];
  return issue.errors[index].flatMap(inner => meant(inner, root, path));
}

function describe(issue: Issue, path: Path, root: unknown, tree: MapNode): Diagnostic[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MAXIMUM_TOLD).map(key => unknownKey(key, path, root, tree));
  }
  const value = at(root, path);
  const schema = schemaAt(root, path);
  if (issue.code === 'invalid_union' && schema !== undefined && isStep(schema)) {
    return [badStep(path, value, stepNames(schema), tree)];
  }
  if (value === undefined) return [missing(path, root, tree, issue)];
  const { node } = nearestNode(tree, path);
  const { remedy = remedyOf(path, root), ...text } = issueText(issue, formatPath(path), value);
  return [
    {
      severity: 'error',
      code: codeOf(issue),
      ...text,
      remedy,
      location: node.location,
      related: [],
      path: formatPath(path),
    },
  ];
}

/** What the setting is, from the nearest description on the way to it. */
function remedyOf(path: Path, root: unknown): string {
  const descriptions = path.map(
    (_, index) => schemaAt(root, path.slice(0, path.length - index))?.description,
  );
  return descriptions.find(text => text !== undefined) ?? 'Mend the value.';
}

function codeOf(issue: Issue): string {
  const codes: Partial<Record<Issue['code'], string>> = {
    invalid_type: 'wrong-type',
    too_small: 'out-of-range',
    too_big: 'out-of-range',
    invalid_value: 'unknown-value',
    invalid_union: 'unknown-value',
  };
  return codes[issue.code] ?? 'invalid-value';
}

function unknownKey(key: string, path: Path, root: unknown, tree: MapNode): Diagnostic {
  const owner = schemaAt(root, path);
  const known = keysOf(owner, at(root, path));
  const suggestion = nearestName(key, known);
  const node = nodeAt(tree, [...path, key]);
  const where = path.length === 0 ? 'a configuration' : `\`${formatPath(path)}\``;
  const list = known.length > 0 ? `It can have: ${known.join(', ')}.` : 'Remove it.';
  return {
    severity: 'error',
    code: 'unknown-key',
    message: `unknown key \`${key}\` in ${where}`,
    remedy: suggestion ? `Did you mean \`${suggestion}\`?` : list,
    ...(suggestion ? { suggestion } : {}),
    location: node?.key ?? nearestNode(tree, path).node.location,
    related: [],
    path: formatPath([...path, key]),
  };
}

function badStep(path: Path, value: unknown, names: readonly string[], tree: MapNode): Diagnostic {
  const { node } = nearestNode(tree, path);
  const known = node.kind === 'map' ? [...node.entries.keys()].filter(key => names.includes(key)) : [];
  if (known.length > 0) return twoSteps(path, node);
  const first = node.kind === 'map' ? [...node.entries.values()][0] : undefined;
  const key =
    node.kind === 'map' ? [...node.entries.keys()][0] : typeof value === 'string' ? value : undefined;
  const suggestion = key === undefined ? undefined : nearestName(key, names);
  return {
    severity: 'error',
    code: 'unknown-step',
    message:
      key === undefined ? `\`${formatPath(path)}\` must be a step` : `there is no step \`${key}\` here`,
    remedy: suggestion ? `Did you mean \`${suggestion}\`?` : `Steps here are: ${names.join(', ')}.`,
    ...(suggestion ? { suggestion } : {}),
    location: first?.key ?? node.location,
    related: [],
    path: formatPath(path),
  };
}

function twoSteps(path: Path, node: TreeNode): Diagnostic {
  const entries = node.kind === 'map' ? [...node.entries] : [];
  return {
    severity: 'error',
    code: 'two-steps',
    message: `an entry is one step, but this one has ${entries.length}: ${entries.map(([key]) => key).join(', ')}`,
    remedy: 'Begin each step with `-` on a line of its own.',
    location: entries[1]?.[1].key ?? node.location,
    related: [],
    path: formatPath(path),
  };
}

function missing(path: Path, root: unknown, tree: MapNode, issue: Issue): Diagnostic {
  const owner = path.slice(0, -1);
  const schema = schemaAt(root, path);
  const key = String(path.at(-1));
  const options = 'options' in issue && issue.options ? ` One of: ${issue.options.join(', ')}.` : '';
  const choices = schema?.enum && schema.enum.length > 1 ? ` One of: ${schema.enum.join(', ')}.` : options;
  return {
    severity: 'error',
    code: 'missing-key',
    message: owner.length === 0 ? `\`${key}\` is missing` : `\`${formatPath(owner)}\` needs \`${key}\``,
    remedy: `${schema?.description ?? `Give \`${key}\`.`}${choices}`,
    suggestion: key,
    ...placeOfMissing(path, tree),
    path: formatPath(path),
  };
}

/**
 * What is missing is missing in the file itself, which could give it: at the nearest of its own keys around the place,
 * even where a base has a nearer one. Only in a list's entry, which nothing is merged into, it is the base's to give.
 */
function placeOfMissing(path: Path, tree: MapNode): Pick<Diagnostic, 'location' | 'related'> {
  const { node, depth } = nearestNode(tree, path);
  const here = node.key ?? node.location;
  const inEntry = path.slice(0, depth).some(part => typeof part === 'number');
  if (depth > 0 && (inEntry || here.file === tree.location.file)) return { location: here, related: [] };
  const around = path.slice(0, depth).map((_, index) => nodeAt(tree, path.slice(0, depth - index))?.key);
  const own = around.find(key => key?.file === tree.location.file);
  const related = depth === 0 ? [] : [{ message: 'inherited from here', location: here }];
  return { location: own ?? firstLineOf(tree), related };
}

/** A map's first key stands for the whole of it. */
function firstLineOf(tree: MapNode): Location {
  for (const node of tree.entries.values()) {
    if (node.key?.file === tree.location.file) return node.key;
  }
  return tree.location;
}

/** Keys behind which nothing is written: most likely forgotten. */
function emptyNodes(node: TreeNode, path: Path = []): Diagnostic[] {
  if (node.kind === 'map')
    return [...node.entries].flatMap(([key, value]) => emptyNodes(value, [...path, key]));
  if (node.kind === 'list') return node.items.flatMap((item, index) => emptyNodes(item, [...path, index]));
  if (node.kind !== 'scalar' || !node.empty) return [];
  return [
    {
      severity: 'error',
      code: 'missing-value',
      message: `\`${formatPath(path)}\` has no value`,
      remedy: 'Write a value, or `null` to take back what is inherited.',
      location: node.key ?? node.location,
      related: [],
      path: formatPath(path),
    },
  ];
}

function at(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown> | undefined)?.[part],
    root,
  );
}
