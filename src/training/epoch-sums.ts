/** Sums over the steps of an epoch, as plain numbers, so that a checkpoint in the middle of one can keep them. */
export interface SumValues {
  readonly steps: number;
  readonly loss: number;
  /** Sum of the steps' Dice of each structure, and in how many steps it was defined. */
  readonly dice: readonly number[];
  readonly defined: readonly number[];
  /** True voxels of each structure. */
  readonly voxels: readonly number[];
}

/** Means over the steps of an epoch: loss, and InnerEye's Dice and voxel counts of the training crops. */
export class EpochSums {
  private steps = 0;
  private loss = 0;
  private readonly dice: number[];
  private readonly defined: number[];
  private readonly voxels: number[];

  constructor(structures: readonly string[]) {
    this.dice = structures.map(() => 0);
    this.defined = structures.map(() => 0);
    this.voxels = structures.map(() => 0);
  }

  static from(values: SumValues | undefined, structures: readonly string[]): EpochSums {
    const sums = new EpochSums(structures);
    if (!values) return sums;
    sums.steps = values.steps;
    sums.loss = values.loss;
    values.dice.forEach((value, index) => {
      sums.dice[index] = value;
      sums.defined[index] = values.defined[index]!;
      sums.voxels[index] = values.voxels[index]!;
    });
    return sums;
  }

  /** @param counts right, predicted and true voxels of each class, background first: `[3 · class]`. */
  add(loss: number, counts: Float32Array): void {
    this.steps++;
    this.loss += loss;
    const classes = counts.length / 3;
    for (let structure = 0; structure < this.dice.length; structure++) {
      const right = counts[structure + 1]!;
      const predicted = counts[classes + structure + 1]!;
      const truth = counts[2 * classes + structure + 1]!;
      this.voxels[structure]! += truth;
      if (predicted + truth === 0) continue;
      this.dice[structure]! += (2 * right) / (predicted + truth);
      this.defined[structure]!++;
    }
  }

  meanLoss(): number {
    return this.loss / this.steps;
  }

  /** `Dice/<structure>`, `Dice/AverageAcrossStructures`, `VoxelCount/<structure>` (mean a step). */
  metrics(structures: readonly string[]): Record<string, number> {
    const dice = structures.map((_, index) => this.dice[index]! / this.defined[index]!);
    const known = dice.filter(value => !Number.isNaN(value));
    return {
      'Dice/AverageAcrossStructures': known.reduce((sum, value) => sum + value, 0) / known.length,
      ...Object.fromEntries(structures.map((name, index) => [`Dice/${name}`, dice[index]!])),
      ...Object.fromEntries(
        structures.map((name, index) => [`VoxelCount/${name}`, this.voxels[index]! / this.steps]),
      ),
    };
  }

  values(): SumValues {
    return {
      steps: this.steps,
      loss: this.loss,
      dice: this.dice,
      defined: this.defined,
      voxels: this.voxels,
    };
  }
}
