/** Round places on an axis, about `count` of them: multiples of 1, 2 or 5 times a power of ten, or powers of ten. */
export function ticksOf(from: number, to: number, count: number, logarithmic = false): number[] {
  if (logarithmic) {
    const low = Math.ceil(Math.log10(from) - 1e-9);
    const high = Math.floor(Math.log10(to) + 1e-9);
    if (high - low >= 1) return Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  }
  const rough = (to - from) / Math.max(1, count);
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(size => size >= rough * (1 - 1e-9))!;
  const ticks: number[] = [];
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + step * 1e-9; index++) {
    // Products such as 3 * 0.1 have a tail.
    ticks.push(Number((index * step).toPrecision(15)));
  }
  return ticks;
}
