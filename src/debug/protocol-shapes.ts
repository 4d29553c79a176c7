import type { DebugProtocol } from '@vscode/debugprotocol';
import type { PartialConfiguration } from '../config/resolve-configuration.ts';
import type { StackFrame, Variable } from './messages.ts';
import { pathForEditor, shortName, sourceLineOf } from './places.ts';

/** A file or preset of the chain. */
export const sourceOf = (file: string): DebugProtocol.Source => ({
  name: shortName(file),
  path: pathForEditor(file),
});

/** Added to the number of a frame for its other line, on the file that inherits it: numbers are unique. */
const INHERITED = 1_000_000;

/** The frame of the training that a frame of the editor shows. */
export const shownFrame = (id: number): number => id % INHERITED;

/** The frames of a thread, each on its line; what is inherited also on the file that inherits it. */
export function stackFor(
  frames: readonly StackFrame[],
  configuration: PartialConfiguration,
): DebugProtocol.StackFrame[] {
  return frames.flatMap(({ id, name, setting }, index) => {
    const { file, ...place } = sourceLineOf(setting, configuration);
    const frame = { id, name, ...place, source: sourceOf(file) };
    if (index > 0 || file === configuration.file) return [frame];
    const heir = {
      ...frame,
      ...{ line: 1, column: 1, endLine: 1 },
      id: id + INHERITED,
      name: `inherited by ${shortName(configuration.file)}`,
      source: sourceOf(configuration.file),
      presentationHint: 'subtle' as const,
    };
    return [frame, heir];
  });
}

/** A variable as editors take it. */
export function variableFor(variable: Variable): DebugProtocol.Variable {
  const { name, value, type, reference, indexed, named, evaluateName, settable, volume } = variable;
  return {
    name,
    value,
    variablesReference: reference,
    ...(type && { type }),
    ...(indexed !== undefined && { indexedVariables: indexed }),
    ...(named !== undefined && { namedVariables: named }),
    ...(evaluateName && { evaluateName }),
    ...(!settable && { presentationHint: { attributes: ['readOnly'] } }),
    // What the editor's menu goes by.
    ...(volume && { __vscodeVariableMenuContext: 'innereye.volume' }),
  };
}
