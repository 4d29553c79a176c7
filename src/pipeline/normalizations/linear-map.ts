type Range = readonly [low: number, high: number];

/**
 * The linear map that takes `input` to `output`, clipped to `output` (InnerEye's `LinearTransform`). An input range
 * without width, as that of a constant image, gives the lower end up to its value and the upper end above.
 */
export function mapLinearly(values: Float32Array, input: Range, output: Range): Float32Array {
  const result = new Float32Array(values.length);
  const [low, high] = output;
  const factor = (high - low) / (input[1] - input[0]);
  if (!(input[1] > input[0])) {
    for (let i = 0; i < values.length; i++) result[i] = values[i] > input[0] ? high : low;
    return result;
  }
  for (let i = 0; i < values.length; i++) {
    const value = (values[i] - input[0]) * factor + low;
    result[i] = Math.min(Math.max(value, low), high);
  }
  return result;
}
