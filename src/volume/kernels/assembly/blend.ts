// Weighted sums of rows and of places along lines, in AssemblyScript. All pointers are bytes.

/**
 * Rows of `inner` numbers out of weighted rows of `source`, one for each of `count` places.
 * @param index int32 [count, taps]: the rows of `source`
 * @param weight [count, taps]
 */
function blendRows<T extends number>(
  source: usize,
  result: usize,
  count: i32,
  inner: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  const bytes = <usize>sizeof<T>();
  const lanes: i32 = 16 / <i32>sizeof<T>();
  for (let i = 0; i < count; i++) {
    const rows = index + <usize>(i * taps) * 4;
    const weights = weight + <usize>(i * taps) * bytes;
    const to = result + <usize>(i * inner) * bytes;
    let k = 0;
    for (; k + 2 * lanes <= inner; k += 2 * lanes) {
      let a = v128.splat<T>(0);
      let b = v128.splat<T>(0);
      for (let tap = 0; tap < taps; tap++) {
        const from = source + <usize>(load<i32>(rows + <usize>tap * 4) * inner + k) * bytes;
        const w = v128.splat<T>(load<T>(weights + <usize>tap * bytes));
        a = v128.add<T>(a, v128.mul<T>(w, v128.load(from)));
        b = v128.add<T>(b, v128.mul<T>(w, v128.load(from, 16)));
      }
      v128.store(to + <usize>k * bytes, a);
      v128.store(to + <usize>k * bytes, b, 16);
    }
    for (; k < inner; k++) {
      let sum: T = 0;
      for (let tap = 0; tap < taps; tap++) {
        const from = source + <usize>(load<i32>(rows + <usize>tap * 4) * inner + k) * bytes;
        sum += load<T>(weights + <usize>tap * bytes) * load<T>(from);
      }
      store<T>(to + <usize>k * bytes, sum);
    }
  }
}

/**
 * Lines of `count` numbers out of weighted places along each of `lines` lines of `size` numbers.
 * @param index int32 [count, taps]: the places along a line
 * @param weight [count, taps]
 */
function blendLines<T extends number>(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  count: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  const bytes = <usize>sizeof<T>();
  for (let line = 0; line < lines; line++) {
    const from = source + <usize>(line * size) * bytes;
    const to = result + <usize>(line * count) * bytes;
    if (taps === 2) {
      for (let i = 0; i < count; i++) {
        const at = index + <usize>i * 8;
        const w = weight + <usize>i * 2 * bytes;
        const a = load<T>(w) * load<T>(from + <usize>load<i32>(at) * bytes);
        const b = load<T>(w, sizeof<T>()) * load<T>(from + <usize>load<i32>(at, 4) * bytes);
        store<T>(to + <usize>i * bytes, a + b);
      }
      continue;
    }
    for (let i = 0; i < count; i++) {
      let sum: T = 0;
      for (let tap = 0; tap < taps; tap++) {
        const place = load<i32>(index + <usize>(i * taps + tap) * 4);
        sum += load<T>(weight + <usize>(i * taps + tap) * bytes) * load<T>(from + <usize>place * bytes);
      }
      store<T>(to + <usize>i * bytes, sum);
    }
  }
}

export function blendRows32(
  source: usize,
  result: usize,
  count: i32,
  inner: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  blendRows<f32>(source, result, count, inner, taps, index, weight);
}

export function blendRows64(
  source: usize,
  result: usize,
  count: i32,
  inner: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  blendRows<f64>(source, result, count, inner, taps, index, weight);
}

export function blendLines32(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  count: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  blendLines<f32>(source, result, lines, size, count, taps, index, weight);
}

export function blendLines64(
  source: usize,
  result: usize,
  lines: i32,
  size: i32,
  count: i32,
  taps: i32,
  index: usize,
  weight: usize,
): void {
  blendLines<f64>(source, result, lines, size, count, taps, index, weight);
}
