import type { Zyx } from './volume.ts';

/** Voxels are neighbours when they share a face (6), also when they share an edge (18), also a corner (26). */
export type Connectivity = 6 | 18 | 26;

export interface Components {
  /** For every voxel the number of its component, from 1 in the order of their first voxels; 0 in the background. */
  readonly labels: Int32Array;
  /** Voxels of each component by its number; `sizes[0]` counts the background. */
  readonly sizes: Int32Array;
}

/**
 * The connected components of the voxels that are not 0, numbered as `scipy.ndimage.label` does. Works on runs of
 * voxels along x, joined with those of the rows before by union-find (He et al. 2008).
 */
export function connectedComponents(
  mask: ArrayLike<number>,
  shape: Zyx,
  connectivity: Connectivity,
): Components {
  const runs = findRuns(mask, shape);
  const parent = joinRuns(runs, shape, connectivity);
  return numberRuns(runs, parent, shape);
}

interface Runs {
  /** Of each run the first voxel in its row and the one behind its last. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Of each row (y + Y · z) its first run; one entry more, for the end. */
  readonly first: Int32Array;
}

function findRuns(mask: ArrayLike<number>, [Z, Y, X]: Zyx): Runs {
  const first = new Int32Array(Z * Y + 1);
  let from = new Int32Array(1024);
  let to = new Int32Array(1024);
  let count = 0;
  for (let row = 0; row < Z * Y; row++) {
    first[row] = count;
    const start = row * X;
    for (let x = 0; x < X; x++) {
      if (mask[start + x] === 0) continue;
      if (count === from.length) {
        from = grown(from);
        to = grown(to);
      }
      from[count] = x;
      while (x < X && mask[start + x] !== 0) x++;
      to[count++] = x;
    }
  }
  first[Z * Y] = count;
  return { from: from.subarray(0, count), to: to.subarray(0, count), first };
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const result = new Int32Array(2 * array.length);
  result.set(array);
  return result;
}

/** Rows before a row that touch it (steps in z and y), and whether diagonally along x too. */
function touchingRows(
  connectivity: Connectivity,
): readonly (readonly [dz: number, dy: number, reach: 0 | 1])[] {
  const face = connectivity === 6 ? 0 : 1;
  const edge = connectivity === 26 ? 1 : 0;
  const faces = [
    [0, -1, face],
    [-1, 0, face],
  ] as const;
  return connectivity === 6 ? faces : [...faces, [-1, -1, edge], [-1, 1, edge]];
}

function joinRuns({ from, to, first }: Runs, [Z, Y]: Zyx, connectivity: Connectivity): Int32Array {
  const parent = Int32Array.from({ length: from.length }, (_, i) => i);
  const rows = touchingRows(connectivity);
  for (let z = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) {
      const row = y + Y * z;
      for (const [dz, dy, reach] of rows) {
        if (z + dz < 0 || y + dy < 0 || y + dy >= Y) continue;
        const other = row + dy + Y * dz;
        let a = first[row]!;
        let b = first[other]!;
        while (a < first[row + 1]! && b < first[other + 1]!) {
          if (from[a]! < to[b]! + reach && from[b]! < to[a]! + reach) join(parent, a, b);
          if (to[a]! < to[b]!) a++;
          else b++;
        }
      }
    }
  }
  return parent;
}

function rootOf(parent: Int32Array, run: number): number {
  let root = run;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root]!]!;
    root = parent[root]!;
  }
  return root;
}

/** The earlier root stays, so that every root is its component's first run. */
function join(parent: Int32Array, a: number, b: number): void {
  const [rootA, rootB] = [rootOf(parent, a), rootOf(parent, b)];
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

function numberRuns({ from, to, first }: Runs, parent: Int32Array, [Z, Y, X]: Zyx): Components {
  const labels = new Int32Array(Z * Y * X);
  const number = new Int32Array(from.length);
  const sizes = [labels.length];
  for (let row = 0; row < Z * Y; row++) {
    for (let run = first[row]!; run < first[row + 1]!; run++) {
      const root = rootOf(parent, run);
      if (root === run) number[run] = sizes.push(0) - 1;
      const label = number[root]!;
      labels.fill(label, row * X + from[run]!, row * X + to[run]!);
      sizes[label]! += to[run]! - from[run]!;
      sizes[0]! -= to[run]! - from[run]!;
    }
  }
  return { labels, sizes: Int32Array.from(sizes) };
}
