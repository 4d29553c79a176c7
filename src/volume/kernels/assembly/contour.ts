// Which voxels of a slice have a neighbour outside their object, in AssemblyScript. All pointers are bytes.

/**
 * Slices have a border of one voxel, [height + 2, width + 2]; sixteen voxels are looked at together, and up to fifteen
 * bytes behind each slice are read and behind the result written.
 * @param result [height, width]: 1 on the contour
 * @param corners whether all 26 neighbours count, or the six that share a face
 */
export function contourSlice(
  before: usize,
  slice: usize,
  behind: usize,
  result: usize,
  height: i32,
  width: i32,
  corners: bool,
): void {
  const stride = <usize>(width + 2);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 16) {
      const at = <usize>(y + 1) * stride + <usize>(x + 1);
      const object = v128.load(slice + at);
      let inside = v128.and(v128.load(before + at), v128.load(behind + at));
      if (corners) {
        for (let row = at - stride - 1; row <= at + stride - 1; row += stride) {
          for (let place = row; place <= row + 2; place++) {
            const both = v128.and(v128.load(before + place), v128.load(behind + place));
            inside = v128.and(inside, v128.and(both, v128.load(slice + place)));
          }
        }
      } else {
        const along = v128.and(v128.load(slice + at - 1), v128.load(slice + at + 1));
        const across = v128.and(v128.load(slice + at - stride), v128.load(slice + at + stride));
        inside = v128.and(inside, v128.and(along, across));
      }
      v128.store(result + <usize>(y * width + x), v128.andnot(object, inside));
    }
  }
}
