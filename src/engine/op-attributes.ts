import type * as tf from '@tensorflow/tfjs-core';
import { AttributeKind, type OpAttribute } from './binding.ts';
import { DataType } from './tensor-types.ts';

/** An attribute of an op of TensorFlow's that is called directly. */
export const attribute = (
  name: string,
  kind: keyof typeof AttributeKind,
  value: OpAttribute['value'],
): OpAttribute => ({ name, type: AttributeKind[kind], value });

/** Attributes that name element types. */
export const typeAttributes = (types: Readonly<Record<string, tf.DataType>>): OpAttribute[] =>
  Object.entries(types).map(([name, dtype]) => attribute(name, 'type', DataType[dtype]));
