import { formatPath, type Location, type MapNode, type Path, type TreeNode } from '../config/tree.ts';
import { type DebugNode, debugNodes, owningNode } from './nodes.ts';

/** Where a breakpoint came to lie. */
export type Binding =
  | { readonly node: DebugNode; readonly line: number; readonly endLine: number }
  /** Why there is nothing to stop at. */
  | { readonly reason: string };

/** What a configuration has at its lines; made once for each version of it. */
export interface BreakpointMap {
  /** The node that a line (from 1) of a file or preset belongs to. */
  bind(file: string, line: number): Binding;
  /** Lines of a file that a breakpoint can lie on. */
  lines(file: string): readonly number[];
  readonly nodes: readonly DebugNode[];
}

interface Written {
  readonly location: Location;
  readonly path: Path;
  /** Set where another file's value took its place. */
  readonly overriddenBy?: Location;
}

/**
 * Maps lines of all files of an inheritance chain to the nodes of the resolved configuration: a breakpoint in a base
 * file stops the child that runs.
 */
export function breakpointMap(tree: MapNode): BreakpointMap {
  const nodes = debugNodes(tree);
  const written = everythingWritten(tree);
  const at = (file: string, line: number) =>
    written
      .filter(({ location }) => location.file === file && location.line <= line && line <= location.endLine)
      .sort(
        (a, b) =>
          outermostFrom(line, a) - outermostFrom(line, b) ||
          Number(!!a.overriddenBy) - Number(!!b.overriddenBy),
      );
  const bind = (file: string, line: number): Binding => {
    const [found] = at(file, line);
    if (!found) return { reason: 'Nothing of the configuration that is debugged is written here.' };
    if (found.overriddenBy) {
      const { file: other, line: where } = found.overriddenBy;
      return { reason: `This is overridden in ${other}:${where}; set the breakpoint there.` };
    }
    const setting = formatPath(found.path);
    // The key of a list of steps means its first step.
    const node = owningNode(nodes, setting) ?? nodes.find(one => one.setting === `${setting}[0]`);
    if (!node) {
      const first = String(found.path[0] ?? 'this');
      return {
        reason: `Training does not come by \`${first}\`; set the breakpoint on a step, a structure, sampling, architecture, loss, optimizer, schedule, training, validation or inference.`,
      };
    }
    const own = node.location.file === file ? node.location : found.location;
    return { node, line: own.line, endLine: Math.max(own.line, found.location.endLine) };
  };
  return {
    nodes,
    bind,
    lines: file => {
      const lines = new Set<number>();
      for (const { location, overriddenBy } of written) {
        if (location.file !== file || overriddenBy) continue;
        const binding = bind(file, location.line);
        if ('node' in binding) lines.add(binding.line);
      }
      return [...lines].sort((a, b) => a - b);
    },
  };
}

/** Every key and entry of the tree, also those that were overridden. */
function everythingWritten(tree: MapNode): Written[] {
  const all: Written[] = [];
  const visit = (node: TreeNode, path: Path, overriddenBy?: Location): void => {
    if (path.length > 0) all.push({ location: whole(node), path, ...(overriddenBy && { overriddenBy }) });
    if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) visit(item, [...path, index], overriddenBy);
    }
    if (node.kind === 'map') {
      for (const [key, child] of node.entries) visit(child, [...path, key], overriddenBy);
    }
    for (let above = node.overrode; above; above = above.overrode) {
      if (node.kind === 'map' && above.kind === 'map') under(node, above, path, overriddenBy);
      else visitAlone(above, path, overriddenBy ?? node.location);
    }
  };
  // Maps merge: what a map was laid over still holds, but for the entries that are not among the merged ones.
  const under = (merged: MapNode, inherited: MapNode, path: Path, overriddenBy?: Location) => {
    if (path.length > 0)
      all.push({ location: whole(inherited), path, ...(overriddenBy && { overriddenBy }) });
    for (const [key, child] of inherited.entries) {
      if (!merged.entries.has(key)) visitAlone(child, [...path, key], overriddenBy ?? merged.location);
    }
  };
  const visitAlone = (node: TreeNode, path: Path, overriddenBy: Location) => {
    const { overrode: _, ...alone } = node;
    visit(alone as TreeNode, path, overriddenBy);
  };
  visit(tree, []);
  return all;
}

/** What begins on a line comes before what it lies in; of several that begin there the outermost, else the innermost. */
const outermostFrom = (line: number, { location, path }: Written) =>
  location.line === line ? path.length : 1000 - path.length;

/** From the key to the end of the value, where both are in one file. */
function whole({ key, location }: TreeNode): Location {
  if (!key || key.file !== location.file || key.start > location.start) return location;
  return { ...location, start: key.start, line: key.line, column: key.column };
}
