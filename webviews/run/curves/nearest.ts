import { lowerBound } from '../store/column.ts';

/**
 * The index of the value that stands nearest to `at` and is not missing; of equals the last. Looks a little to both
 * sides past missing ones.
 * @param x ascending
 */
export function nearest(x: Float64Array, y: Float64Array, at: number): number | undefined {
  const after = lowerBound(x, at);
  const right = present(y, after, 1);
  const left = present(y, after - 1, -1);
  if (right === undefined) return left;
  if (left === undefined) return lastOfEquals(x, y, right);
  return at - x[left]! < x[right]! - at ? left : lastOfEquals(x, y, right);
}

function present(y: Float64Array, from: number, direction: 1 | -1): number | undefined {
  for (let index = from; index >= 0 && index < y.length; index += direction) {
    if (!Number.isNaN(y[index])) return index;
  }
  return undefined;
}

function lastOfEquals(x: Float64Array, y: Float64Array, index: number): number {
  let last = index;
  for (let next = index + 1; next < x.length && x[next] === x[index]; next++) {
    if (!Number.isNaN(y[next])) last = next;
  }
  return last;
}
