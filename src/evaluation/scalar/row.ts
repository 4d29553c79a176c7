/** What a model says of a subject and a target, beside what is true. */
export interface ScalarRow {
  readonly subject: string;
  /** Of the visit; absent for tasks without. */
  readonly position?: number;
  /** Name of the class or value. */
  readonly target: string;
  /** Posterior of the class, or the predicted value in the target's own unit. */
  readonly output: number;
  /** The posterior before calibration where that changed it: what ranks subjects, as calibration may round to equal ones. */
  readonly ranking?: number;
  /** 0 or 1, or the true value; NaN where it is not known. */
  readonly label: number;
}

/** What rows are ranked by. */
export const rankOf = ({ ranking, output }: ScalarRow): number => ranking ?? output;

/** Rows that have a label. */
export const labelled = (rows: readonly ScalarRow[]): ScalarRow[] =>
  rows.filter(({ label }) => !Number.isNaN(label));
