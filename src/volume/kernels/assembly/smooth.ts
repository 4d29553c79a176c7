// Symmetric filters along the lines of a block [size, inner] or [lines, size], in AssemblyScript. All pointers are bytes.

/** Sixteen bytes at a time, four of them in registers; what is left of a row one by one. */
function filterRow<T extends number>(
  column: usize,
  to: usize,
  inner: i32,
  rows: usize,
  weights: usize,
  radius: i32,
): void {
  const bytes = <usize>sizeof<T>();
  const lanes: i32 = 16 / <i32>sizeof<T>();
  const stride = <usize>inner * bytes;
  let k = 0;
  for (; k + 4 * lanes <= inner; k += 4 * lanes) {
    const from = column + <usize>k * bytes;
    let w = v128.splat<T>(load<T>(weights));
    const p = from + <usize>load<i32>(rows) * stride;
    let a = v128.mul<T>(w, v128.load(p));
    let b = v128.mul<T>(w, v128.load(p, 16));
    let c = v128.mul<T>(w, v128.load(p, 32));
    let d = v128.mul<T>(w, v128.load(p, 48));
    for (let j = 1; j <= radius; j++) {
      w = v128.splat<T>(load<T>(weights + <usize>j * bytes));
      const before = from + <usize>load<i32>(rows - <usize>j * 4) * stride;
      const behind = from + <usize>load<i32>(rows + <usize>j * 4) * stride;
      a = v128.add<T>(a, v128.mul<T>(w, v128.add<T>(v128.load(before), v128.load(behind))));
      b = v128.add<T>(b, v128.mul<T>(w, v128.add<T>(v128.load(before, 16), v128.load(behind, 16))));
      c = v128.add<T>(c, v128.mul<T>(w, v128.add<T>(v128.load(before, 32), v128.load(behind, 32))));
      d = v128.add<T>(d, v128.mul<T>(w, v128.add<T>(v128.load(before, 48), v128.load(behind, 48))));
    }
    const out = to + <usize>k * bytes;
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  for (; k < inner; k++) {
    const from = column + <usize>k * bytes;
    let sum: T = load<T>(weights) * load<T>(from + <usize>load<i32>(rows) * stride);
    for (let j = 1; j <= radius; j++) {
      const before = load<T>(from + <usize>load<i32>(rows - <usize>j * 4) * stride);
      const behind = load<T>(from + <usize>load<i32>(rows + <usize>j * 4) * stride);
      sum += load<T>(weights + <usize>j * bytes) * (before + behind);
    }
    store<T>(to + <usize>k * bytes, sum);
  }
}

/**
 * Across the rows of a block [size, inner].
 * @param rows int32: the rows at −radius … size + radius − 1, reflected into the block
 * @param weights of 0 … radius rows away
 */
function filterRows<T extends number>(
  source: usize,
  result: usize,
  size: i32,
  inner: i32,
  rows: usize,
  weights: usize,
  radius: i32,
): void {
  for (let i = 0; i < size; i++) {
    const to = result + <usize>(i * inner) * <usize>sizeof<T>();
    filterRow<T>(source, to, inner, rows + <usize>(i + radius) * 4, weights, radius);
  }
}

/**
 * Along the lines of a block [lines, size]: each is copied between its reflections, where it is filtered like rows of
 * length 1 that lie one behind the other.
 * @param padded room for size + 2 · radius numbers
 */
function filterLines<T extends number>(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  rows: usize,
  weights: usize,
  radius: i32,
  padded: usize,
): void {
  const bytes = <usize>sizeof<T>();
  const lanes: i32 = 16 / <i32>sizeof<T>();
  for (let line = 0; line < lines; line++) {
    const from = source + <usize>(line * size) * bytes;
    const to = result + <usize>(line * size) * bytes;
    for (let i = 0; i < size + 2 * radius; i++) {
      store<T>(padded + <usize>i * bytes, load<T>(from + <usize>load<i32>(rows + <usize>i * 4) * bytes));
    }
    let i = 0;
    for (; i + 2 * lanes <= size; i += 2 * lanes) {
      const centre = padded + <usize>(i + radius) * bytes;
      let w = v128.splat<T>(load<T>(weights));
      let a = v128.mul<T>(w, v128.load(centre));
      let b = v128.mul<T>(w, v128.load(centre, 16));
      for (let j = 1; j <= radius; j++) {
        w = v128.splat<T>(load<T>(weights + <usize>j * bytes));
        const before = centre - <usize>j * bytes;
        const behind = centre + <usize>j * bytes;
        a = v128.add<T>(a, v128.mul<T>(w, v128.add<T>(v128.load(before), v128.load(behind))));
        b = v128.add<T>(b, v128.mul<T>(w, v128.add<T>(v128.load(before, 16), v128.load(behind, 16))));
      }
      v128.store(to + <usize>i * bytes, a);
      v128.store(to + <usize>i * bytes, b, 16);
    }
    for (; i < size; i++) {
      const centre = padded + <usize>(i + radius) * bytes;
      let sum: T = load<T>(weights) * load<T>(centre);
      for (let j = 1; j <= radius; j++) {
        const pair = load<T>(centre - <usize>j * bytes) + load<T>(centre + <usize>j * bytes);
        sum += load<T>(weights + <usize>j * bytes) * pair;
      }
      store<T>(to + <usize>i * bytes, sum);
    }
  }
}

export function filterRows32(
  source: usize,
  result: usize,
  size: i32,
  inner: i32,
  rows: usize,
  weights: usize,
  radius: i32,
): void {
  filterRows<f32>(source, result, size, inner, rows, weights, radius);
}

export function filterRows64(
  source: usize,
  result: usize,
  size: i32,
  inner: i32,
  rows: usize,
  weights: usize,
  radius: i32,
): void {
  filterRows<f64>(source, result, size, inner, rows, weights, radius);
}

export function filterLines32(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  rows: usize,
  weights: usize,
  radius: i32,
  padded: usize,
): void {
  filterLines<f32>(source, result, lines, size, rows, weights, radius, padded);
}

export function filterLines64(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  rows: usize,
  weights: usize,
  radius: i32,
  padded: usize,
): void {
  filterLines<f64>(source, result, lines, size, rows, weights, radius, padded);
}
