/** Sums over the steps of an epoch, as plain numbers, so that a checkpoint in the middle of one can keep them. */
export interface SumValues {
  readonly steps: number;
  readonly loss: number;
  /** What the task adds up beside the loss. */
  readonly sums: readonly number[];
}

/** What a task adds up over the steps of an epoch. */
export interface StepSums {
  /** Number of sums. */
  readonly size: number;
  /** Adds the counts of one step. */
  add(sums: number[], counts: Float32Array): void;
  /** Metrics of the training data, by name, such as `Dice/anterior`. */
  metrics(sums: readonly number[], steps: number): Record<string, number>;
}

/** Loss and a task's own sums over the steps of an epoch. */
export class EpochSums {
  private steps: number;
  private loss: number;
  private readonly sums: number[];

  constructor(
    private readonly task: StepSums,
    values?: SumValues,
  ) {
    this.steps = values?.steps ?? 0;
    this.loss = values?.loss ?? 0;
    this.sums = values ? [...values.sums] : Array<number>(task.size).fill(0);
  }

  add(loss: number, counts: Float32Array): void {
    this.steps++;
    this.loss += loss;
    this.task.add(this.sums, counts);
  }

  meanLoss(): number {
    return this.loss / this.steps;
  }

  metrics(): Record<string, number> {
    return this.task.metrics(this.sums, this.steps);
  }

  values(): SumValues {
    return { steps: this.steps, loss: this.loss, sums: [...this.sums] };
  }
}
