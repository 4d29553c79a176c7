/**
 * p-values adjusted for being several (Holm, 1979): whoever calls those below α significant is wrong about any of them
 * with a probability of at most α. NaN (a test that could not be made) stays, and does not count.
 */
export function holm(ps: readonly number[]): number[] {
  const tested = ps.flatMap((p, index) => (Number.isNaN(p) ? [] : [index])).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = ps.map(() => Number.NaN);
  let highest = 0;
  for (const [rank, index] of tested.entries()) {
    highest = Math.max(highest, Math.min(1, ps[index]! * (tested.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}
