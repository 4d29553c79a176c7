import { sizeOf } from './tensor-types.ts';

/** @throws Error where there are not as many values as the shape has elements */
export function checkLength(what: string, shape: readonly number[], values: { length: number }): void {
  if (values.length !== sizeOf(shape)) {
    throw new Error(
      `${what} has ${values.length} values; its shape [${shape.join(', ')}] needs ${sizeOf(shape)}`,
    );
  }
}

/** @throws Error where the shapes differ */
export function checkShape(what: string, expected: readonly number[], shape: readonly number[]): void {
  if (expected.length !== shape.length || expected.some((length, axis) => length !== shape[axis])) {
    throw new Error(`${what} has shape [${shape.join(', ')}], not [${expected.join(', ')}]`);
  }
}
