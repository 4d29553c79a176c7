/**
 * How undecided the model is at each voxel: the entropy of its probabilities, divided by that of equal probabilities
 * (log₂ of the number of classes): 0 where one class is certain, 1 where all are equally probable. InnerEye's
 * uncertainty map.
 * @param posteriors `[class, z, y, x]`; a probability of 0 adds nothing
 * @param voxels voxels of one class
 */
export function uncertainty(posteriors: Float32Array, voxels: number): Float32Array {
  const result = new Float32Array(voxels);
  const classes = posteriors.length / voxels;
  if (classes < 2) return result;
  for (let start = 0; start < posteriors.length; start += voxels) {
    for (let index = 0; index < voxels; index++) {
      const p = posteriors[start + index]!;
      if (p > 0) result[index]! -= p * Math.log(p);
    }
  }
  const scale = 1 / Math.log(classes);
  for (let index = 0; index < voxels; index++) {
    result[index] = Math.min(Math.max(result[index]! * scale, 0), 1);
  }
  return result;
}
