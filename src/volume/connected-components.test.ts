import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Connectivity, connectedComponents } from './connected-components.ts';
import { golden, haveShared, shared, zyx } from './fixtures/goldens.ts';
import { readVolume } from './read.ts';
import type { Zyx } from './volume.ts';

const { shape, mask, labels } = golden<{
  shape: number[];
  mask: number[];
  labels: Record<Connectivity, number[]>;
}>('components.json');

describe('connected components are numbered as scipy.ndimage.label numbers them', () => {
  for (const connectivity of [6, 18, 26] as const) {
    it(`with connectivity ${connectivity}`, () => {
      const result = connectedComponents(mask, zyx(shape), connectivity);
      expect([...result.labels]).toEqual(labels[connectivity]);
      const sizes = new Array<number>(result.sizes.length).fill(0);
      for (const label of labels[connectivity]) sizes[label]!++;
      expect([...result.sizes]).toEqual(sizes);
    });
  }
});

/** The same by the definition: flood from every voxel that has no number yet. */
function flooded(voxels: readonly number[], [Z, Y, X]: Zyx, connectivity: Connectivity): number[] {
  const reach = { 6: 1, 18: 2, 26: 3 }[connectivity];
  const result = new Array<number>(voxels.length).fill(0);
  let count = 0;
  for (let seed = 0; seed < voxels.length; seed++) {
    if (voxels[seed] === 0 || result[seed] !== 0) continue;
    const open = [seed];
    result[seed] = ++count;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const [x, y, z] = [at % X, Math.floor(at / X) % Y, Math.floor(at / (X * Y))];
      for (let n = 0; n < 27; n++) {
        const [dx, dy, dz] = [(n % 3) - 1, (Math.floor(n / 3) % 3) - 1, Math.floor(n / 9) - 1];
        const inside = x + dx >= 0 && x + dx < X && y + dy >= 0 && y + dy < Y && z + dz >= 0 && z + dz < Z;
        if (!inside || Math.abs(dx) + Math.abs(dy) + Math.abs(dz) > reach) continue;
        const next = x + dx + X * (y + dy + Y * (z + dz));
        if (voxels[next] === 0 || result[next] !== 0) continue;
        result[next] = count;
        open.push(next);
      }
    }
  }
  return result;
}

it('any mask gives what flooding gives', () => {
  const size = fc.integer({ min: 1, max: 6 });
  const masks = fc.tuple(size, size, size).chain(s =>
    fc.record({
      s: fc.constant(s),
      voxels: fc.array(fc.integer({ min: 0, max: 1 }), {
        minLength: s[0] * s[1] * s[2],
        maxLength: s[0] * s[1] * s[2],
      }),
    }),
  );
  fc.assert(
    fc.property(
      masks,
      fc.constantFrom(6, 18, 26) as fc.Arbitrary<Connectivity>,
      ({ s, voxels }, connectivity) => {
        expect([...connectedComponents(voxels, s, connectivity).labels]).toEqual(
          flooded(voxels, s, connectivity),
        );
      },
    ),
    { numRuns: 300 },
  );
});

it.skipIf(!haveShared)(
  "the lungs of InnerEye's thorax CT are 46,960 voxels of air (skipped without ../shared/data)",
  async () => {
    // Air that is not connected to the border inside each axial slice: 46,960 voxels in one component, SciPy.
    const ct = await readVolume(shared('innereye/scan_small.nii.gz'));
    const [Z, Y, X] = ct.shape;
    const lungs = new Uint8Array(ct.data.length);
    for (let z = 0; z < Z; z++) {
      const slice = Uint8Array.from(ct.data.subarray(z * Y * X, (z + 1) * Y * X), hu => (hu < -400 ? 1 : 0));
      const { labels: regions } = connectedComponents(slice, [1, Y, X], 6);
      const border = new Set<number>();
      regions.forEach((label, i) => {
        const [x, y] = [i % X, Math.floor(i / X)];
        if (x === 0 || y === 0 || x === X - 1 || y === Y - 1) border.add(label);
      });
      regions.forEach((label, i) => {
        if (label !== 0 && !border.has(label)) lungs[z * Y * X + i] = 1;
      });
    }
    const { sizes } = connectedComponents(lungs, ct.shape, 6);
    expect(Math.max(...sizes.subarray(1))).toBe(46960);
  },
);
