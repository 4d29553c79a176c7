// The passes of the exact Euclidean distance transform, in AssemblyScript (Felzenszwalb and Huttenlocher 2012).

/**
 * Squared distances within each row of a mask [rows, width], by one scan forth and one back; infinite in empty rows.
 * @param mask bytes
 * @param squares float32
 */
export function rowSquares(mask: usize, squares: usize, rows: i32, width: i32, step: f64): void {
  for (let row = 0; row < rows; row++) {
    const from = mask + <usize>(row * width);
    const to = squares + <usize>(row * width) * 4;
    let steps: f64 = Infinity;
    for (let x = 0; x < width; x++) {
      steps = load<u8>(from + <usize>x) === 0 ? steps + 1 : 0;
      store<f32>(to + <usize>x * 4, <f32>steps);
    }
    steps = Infinity;
    for (let x = width - 1; x >= 0; x--) {
      const before = <f64>load<f32>(to + <usize>x * 4);
      steps = before === 0 ? 0 : steps + 1;
      const least = min(steps, before) * step;
      store<f32>(to + <usize>x * 4, <f32>(least * least));
    }
  }
}

/**
 * Lower envelopes of parabolas along the columns of float32 squares [size, inner], in place.
 * @param scratch room for 3 · size + 1 float64 and size int32
 * @param scale square of the step along the column
 */
export function parabolas(squares: usize, size: i32, inner: i32, scratch: usize, scale: f64): void {
  const height = scratch;
  /** Where each parabola of the envelope begins to be the lowest. */
  const begin = scratch + <usize>size * 8;
  /** 1 / (2 · scale · d) for each distance d: divisions would take a third of the time. */
  const halves = begin + <usize>(size + 1) * 8;
  const vertex = halves + <usize>size * 8;
  for (let d = 0; d < size; d++) store<f64>(halves + <usize>d * 8, 0.5 / (scale * <f64>d));
  const stride = <usize>inner * 4;
  for (let column = 0; column < inner; column++) {
    const line = squares + <usize>column * 4;
    let last = -1;
    for (let q = 0; q < size; q++) {
      const value = <f64>load<f32>(line + <usize>q * stride);
      store<f64>(height + <usize>q * 8, value);
      if (value === Infinity) continue;
      let crossing = -Infinity;
      while (last >= 0) {
        const v = load<i32>(vertex + <usize>last * 4);
        const rise = value - load<f64>(height + <usize>v * 8) + scale * <f64>((q - v) * (q + v));
        crossing = rise * load<f64>(halves + <usize>(q - v) * 8);
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
      const square = scale * <f64>((q - v) * (q - v)) + load<f64>(height + <usize>v * 8);
      store<f32>(line + <usize>q * stride, <f32>square);
    }
  }
}
