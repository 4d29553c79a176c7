/** What a model says of a subject and a target, beside what is true. */
export interface ScalarRow {
  readonly subject: string;
  /** Of the visit; absent for tasks without. */
  readonly position?: number;
  /** Name of the class or value. */
  readonly target: string;
  /** Posterior of the class, or the predicted value in the target's own unit. */
  readonly output: number;
  /** 0 or 1, or the true value; NaN where it is not known. */
  readonly label: number;
}

/** Rows that have a label. */
export const labelled = (rows: readonly ScalarRow[]): ScalarRow[] =>
  rows.filter(({ label }) => !Number.isNaN(label));
