import { type Edge, type GraphNode, typeAttribute } from './graph-node.ts';
import type { Recorder } from './recorder.ts';
import { DataType } from './tensor-types.ts';

/** A float32 variable that lives in a session. */
export interface Variable {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Adds a handle to a variable of the session: every graph that names it shares its value. */
export function addHandle(recorder: Recorder, { name, shape }: Variable): GraphNode {
  return recorder.add('VarHandleOp', [], {
    dtype: typeAttribute(DataType.float32),
    shape: { kind: 'shape', value: shape },
    shared_name: { kind: 'string', value: name },
    container: { kind: 'string', value: '' },
  });
}

export const addRead = (recorder: Recorder, handle: GraphNode): GraphNode =>
  recorder.add('ReadVariableOp', [{ node: handle, output: 0 }], { dtype: typeAttribute(DataType.float32) });

/** Assigns `value` once `after` have run: the variable's reads, which must see the value before. */
export const addAssignment = (
  recorder: Recorder,
  handle: GraphNode,
  value: Edge,
  after: readonly GraphNode[],
): GraphNode =>
  recorder.add(
    'AssignVariableOp',
    [{ node: handle, output: 0 }, value],
    { dtype: typeAttribute(DataType.float32), validate_shape: { kind: 'bool', value: false } },
    { controls: after, outputs: 0 },
  );

export const addPlaceholder = (
  recorder: Recorder,
  dtype: number,
  shape: readonly number[],
  name?: string,
): GraphNode =>
  recorder.add(
    'Placeholder',
    [],
    { dtype: typeAttribute(dtype), shape: { kind: 'shape', value: shape } },
    name === undefined ? {} : { name },
  );
