import type { StepSums } from './epoch-sums.ts';

/**
 * InnerEye's metrics of the training crops: `Dice/<structure>`, `Dice/AverageAcrossStructures`, `VoxelCount/<structure>`,
 * each a mean over steps. Counts are right, predicted and true voxels of each class, background first: `[3 · class]`.
 */
export function cropSums(structures: readonly string[]): StepSums {
  const count = structures.length;
  // Three sums a structure: Dice of the steps where it was defined, the number of these, and true voxels.
  const [dice, defined, voxels] = [0, count, 2 * count];
  return {
    size: 3 * count,
    add(sums, counts) {
      const classes = counts.length / 3;
      for (let structure = 0; structure < count; structure++) {
        const right = counts[structure + 1]!;
        const predicted = counts[classes + structure + 1]!;
        const truth = counts[2 * classes + structure + 1]!;
        sums[voxels + structure]! += truth;
        if (predicted + truth === 0) continue;
        sums[dice + structure]! += (2 * right) / (predicted + truth);
        sums[defined + structure]!++;
      }
    },
    metrics(sums, steps) {
      const means = structures.map((_, index) => sums[dice + index]! / sums[defined + index]!);
      const known = means.filter(value => !Number.isNaN(value));
      return {
        'Dice/AverageAcrossStructures': known.reduce((sum, value) => sum + value, 0) / known.length,
        ...Object.fromEntries(structures.map((name, index) => [`Dice/${name}`, means[index]!])),
        ...Object.fromEntries(
          structures.map((name, index) => [`VoxelCount/${name}`, sums[voxels + index]! / steps]),
        ),
      };
    },
  };
}
