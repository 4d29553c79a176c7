/**
 * The most probable class of each voxel; of equal ones the first, as NumPy's argmax.
 * @param posteriors `[class, z, y, x]`
 * @param voxels voxels of one class
 */
export function mostProbableClass(posteriors: Float32Array, voxels: number): Uint8Array {
  const labels = new Uint8Array(voxels);
  const best = posteriors.slice(0, voxels);
  for (let label = 1; label * voxels < posteriors.length; label++) {
    const start = label * voxels;
    for (let index = 0; index < voxels; index++) {
      const value = posteriors[start + index]!;
      if (value > best[index]!) {
        best[index] = value;
        labels[index] = label;
      }
    }
  }
  return labels;
}
