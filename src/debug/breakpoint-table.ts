import type { DebugProtocol } from '@vscode/debugprotocol';
import type { MapNode } from '../config/tree.ts';
import { type BreakpointMap, breakpointMap } from './bind-breakpoints.ts';
import { ActiveBreakpoint } from './conditions.ts';
import type { NodeBreakpoint } from './messages.ts';
import { fileFromEditor } from './places.ts';

interface Kept {
  readonly breakpoint: NodeBreakpoint;
  readonly source: string;
}

/** The breakpoints of a session, as the editor sets them file by file, and what they are bound to. */
export class BreakpointTable {
  private readonly map: BreakpointMap;
  private kept: Kept[] = [];
  private nextId = 1;

  constructor(tree: MapNode) {
    this.map = breakpointMap(tree);
  }

  get all(): NodeBreakpoint[] {
    return this.kept.map(({ breakpoint }) => breakpoint);
  }

  /** Replaces the breakpoints of a file; the answers are in the order of the requests. */
  setInFile(path: string, requested: readonly DebugProtocol.SourceBreakpoint[]): DebugProtocol.Breakpoint[] {
    const file = fileFromEditor(path);
    const before = this.kept.filter(({ source }) => source === path);
    this.kept = this.kept.filter(({ source }) => source !== path);
    return requested.map(({ line, condition, hitCondition, logMessage }) => {
      const binding = this.map.bind(file, line);
      if (!('node' in binding)) return { verified: false, line, message: binding.reason };
      const { setting, title } = binding.node;
      const same = before.find(({ breakpoint }) => breakpoint.setting === setting);
      const id = same?.breakpoint.id ?? this.nextId++;
      const fault = this.keep(path, { id, setting, condition, hitCondition, logMessage });
      if (fault) return { id, verified: false, line, message: fault };
      return { id, verified: true, line: binding.line, endLine: binding.endLine, message: title };
    });
  }

  /** Replaces the breakpoints on blocks of the network, named as `encoder/0` or `encoder/0 backward`. */
  setOnBlocks(requested: readonly DebugProtocol.FunctionBreakpoint[]): DebugProtocol.Breakpoint[] {
    const source = '(blocks)';
    this.kept = this.kept.filter(kept => kept.source !== source);
    return requested.map(({ name, condition, hitCondition }) => {
      const id = this.nextId++;
      const breakpoint = { id, setting: 'architecture', part: name.trim(), condition, hitCondition };
      const fault = this.keep(source, breakpoint);
      return fault ? { id, verified: false, message: fault } : { id, verified: true };
    });
  }

  /** Lines of a file that a breakpoint can lie on. */
  lines(path: string, from: number, to: number): number[] {
    return this.map.lines(fileFromEditor(path)).filter(line => from <= line && line <= to);
  }

  private keep(source: string, breakpoint: NodeBreakpoint): string | undefined {
    try {
      new ActiveBreakpoint(breakpoint);
    } catch (error) {
      return (error as Error).message;
    }
    this.kept.push({ breakpoint, source });
    return undefined;
  }
}
