/** What `innereye explain --json` prints: what a classification, regression or sequence run goes by. */

/** Where in a scan the network looked. */
export interface HeatMap {
  readonly subject: string;
  /** The class or number that the map is of. */
  readonly target: string;
  /** The visit that is told of; absent for tasks without visits. */
  readonly position?: number;
  /** The visit whose scan the map lies over. */
  readonly visit?: number;
  /** The first channel of the scan. */
  readonly scan: string;
  /** The map, on the grid of the scan: 1 at the highest of all visits. */
  readonly file: string;
}

/** How much a metric falls where a column of the table is shuffled among the subjects. */
export interface FeatureImportance {
  readonly feature: string;
  readonly metric: string;
  /** With the table as it is; not a number, null in JSON, where the subjects do not determine it. */
  readonly baseline: number | null;
  /** Mean and deviation over the repeats of baseline − shuffled. */
  readonly drop: number | null;
  readonly deviation: number | null;
}

export interface Explanation {
  readonly maps: readonly HeatMap[];
  /** Subjects, or rows of the table, of which nothing is said, and why. */
  readonly failed: readonly { readonly id?: string; readonly errors: readonly string[] }[];
  /** Absent where the network sees no table. */
  readonly importance?: { readonly file: string; readonly features: readonly FeatureImportance[] };
}
