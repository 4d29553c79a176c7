// One pass of the exact Euclidean distance transform, in AssemblyScript (Felzenszwalb and Huttenlocher 2012).

/**
 * Lower envelopes of parabolas along the columns of float32 squares [size, inner], in place.
 * @param scratch room for 2 · size + 1 float64 and size int32
 * @param scale square of the step along the column
 */
export function parabolas(squares: usize, size: i32, inner: i32, scratch: usize, scale: f64): void {
  const height = scratch;
  /** Where each parabola of the envelope begins to be the lowest. */
  const begin = scratch + <usize>size * 8;
  const vertex = begin + <usize>(size + 1) * 8;
  const stride = <usize>inner * 4;
  for (let column = 0; column < inner; column++) {
    const line = squares + <usize>column * 4;
    let last = -1;
    for (let q = 0; q < size; q++) {
      const value = <f64>load<f32>(line + <usize>q * stride) / scale;
      store<f64>(height + <usize>q * 8, value);
      if (value === Infinity) continue;
      let crossing = -Infinity;
      while (last >= 0) {
        const v = load<i32>(vertex + <usize>last * 4);
        crossing =
          (value + <f64>(q * q) - load<f64>(height + <usize>v * 8) - <f64>(v * v)) / <f64>(2 * (q - v));
        if (crossing > load<f64>(begin + <usize>last * 8)) break;
        last--;
        crossing = -Infinity;
      }
      last++;
      store<i32>(vertex + <usize>last * 4, q);
      store<f64>(begin + <usize>last * 8, crossing);
    }
    if (last < 0) continue;
    store<f64>(begin + <usize>(last + 1) * 8, Infinity);
    let k = 0;
    for (let q = 0; q < size; q++) {
      while (load<f64>(begin + <usize>(k + 1) * 8) < <f64>q) k++;
      const v = load<i32>(vertex + <usize>k * 4);
      const square = <f64>((q - v) * (q - v)) + load<f64>(height + <usize>v * 8);
      store<f32>(line + <usize>q * stride, <f32>(square * scale));
    }
  }
}
