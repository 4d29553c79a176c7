/**
 * How well one structure of one subject was segmented. Where the structure is empty in both segmentations or was not
 * drawn, everything is NaN; where it is empty in one of them, Dice and surface Dice are 0 and distances infinite.
 */
export interface StructureMetrics {
  readonly dice: number;
  /** Hausdorff distance in mm over all voxels (SimpleITK's definition, InnerEye's column). */
  readonly hausdorffMm: number;
  /** 95 % Hausdorff distance in mm over surface voxels (MONAI's definition). */
  readonly hausdorff95Mm: number;
  /** Symmetric mean surface distance in mm (InnerEye's definition). */
  readonly meanDistanceMm: number;
  /** Share of both surfaces that lies within the tolerance of the other. */
  readonly surfaceDice: number;
  /** Tolerance of the surface Dice in mm. */
  readonly surfaceDiceToleranceMm: number;
  /** Share of the ground truth that was found; NaN if the ground truth is empty. */
  readonly sensitivity: number;
  /** Share of the prediction that is right; NaN if the prediction is empty. */
  readonly precision: number;
  readonly predictedMl: number;
  readonly trueMl: number;
  /** Predicted minus true volume. */
  readonly volumeErrorMl: number;
}

/** One row of metrics.csv: a structure of a subject. */
export interface MetricsRow extends StructureMetrics {
  readonly patient: string;
  readonly structure: string;
  /** Metrics that plugins define, by their column's name. */
  readonly further?: Readonly<Record<string, number>>;
}

export type MetricName = keyof StructureMetrics;

export interface MetricColumn {
  readonly name: MetricName;
  /** Column in csv files. */
  readonly column: string;
  /** Heading in reports and tables. */
  readonly title: string;
  readonly unit: '' | 'mm' | 'ml';
  /** Which values are good; `near 0` for errors with a sign. */
  readonly better: 'higher' | 'lower' | 'near 0' | 'neither';
}

/** Columns of metrics.csv after Patient and Structure, named as InnerEye named them. */
export const innerEyeColumns: readonly MetricColumn[] = [
  { name: 'dice', column: 'Dice', title: 'Dice', unit: '', better: 'higher' },
  {
    name: 'hausdorffMm',
    column: 'HausdorffDistance_mm',
    title: 'Hausdorff distance',
    unit: 'mm',
    better: 'lower',
  },
  { name: 'meanDistanceMm', column: 'MeanDistance_mm', title: 'Mean distance', unit: 'mm', better: 'lower' },
];

/** Columns of metrics_extended.csv after Patient and Structure. */
export const extendedColumns: readonly MetricColumn[] = [
  ...innerEyeColumns,
  {
    name: 'hausdorff95Mm',
    column: 'HausdorffDistance95_mm',
    title: 'Hausdorff distance 95 %',
    unit: 'mm',
    better: 'lower',
  },
  { name: 'surfaceDice', column: 'SurfaceDice', title: 'Surface Dice', unit: '', better: 'higher' },
  {
    name: 'surfaceDiceToleranceMm',
    column: 'SurfaceDiceTolerance_mm',
    title: 'Tolerance of surface Dice',
    unit: 'mm',
    better: 'neither',
  },
  { name: 'sensitivity', column: 'Sensitivity', title: 'Sensitivity', unit: '', better: 'higher' },
  { name: 'precision', column: 'Precision', title: 'Precision', unit: '', better: 'higher' },
  {
    name: 'predictedMl',
    column: 'PredictedVolume_ml',
    title: 'Predicted volume',
    unit: 'ml',
    better: 'neither',
  },
  {
    name: 'trueMl',
    column: 'GroundTruthVolume_ml',
    title: 'Ground-truth volume',
    unit: 'ml',
    better: 'neither',
  },
  {
    name: 'volumeErrorMl',
    column: 'VolumeError_ml',
    title: 'Volume error',
    unit: 'ml',
    better: 'near 0',
  },
];
