/** TensorFlow's numbers for element types (`TF_DataType` in tf_datatype.h). */
export const DataType = {
  float32: 1,
  float64: 2,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  float16: 19,
  resource: 20,
} as const;
export type DataType = (typeof DataType)[keyof typeof DataType];

/** Values of a tensor on the side of JavaScript. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** Bytes of one element. */
export function bytesPerElement(dtype: number): number {
  switch (dtype) {
    case DataType.uint8:
    case DataType.bool:
      return 1;
    case DataType.bfloat16:
    case DataType.float16:
      return 2;
    case DataType.float64:
    case DataType.int64:
    case DataType.complex64:
      return 8;
    default:
      return 4;
  }
}

/** An empty array of `length` elements that can hold a tensor of this type. */
export function allocateValues(dtype: number, length: number): TensorValues {
  switch (dtype) {
    case DataType.float32:
      return new Float32Array(length);
    case DataType.complex64:
      return new Float32Array(2 * length);
    case DataType.int32:
      return new Int32Array(length);
    case DataType.int64:
      return new BigInt64Array(length);
    case DataType.uint8:
    case DataType.bool:
      return new Uint8Array(length);
    default:
      throw new Error(`no JavaScript array for TensorFlow's type ${dtype}`);
  }
}

/** Whatever TF.js hands over as values, in the array type that TensorFlow's element type asks for. */
export function toValues(dtype: number, values: ArrayLike<number> | BigInt64Array): TensorValues {
  switch (dtype) {
    case DataType.float32:
    case DataType.complex64:
      return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
    case DataType.int32:
      return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
    case DataType.int64:
      return values instanceof BigInt64Array
        ? values
        : BigInt64Array.from(Array.from(values as ArrayLike<number>), BigInt);
    case DataType.uint8:
    case DataType.bool:
      return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
    default:
      throw new Error(`no JavaScript array for TensorFlow's type ${dtype}`);
  }
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);
