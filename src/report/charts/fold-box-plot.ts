import type { RunRows } from '../../evaluation/comparison/all-runs-table.ts';
import type { MetricColumn } from '../../evaluation/structure-metrics.ts';
import type { Html } from '../html.ts';
import { drawBoxPlot } from './box-plot.ts';

/**
 * Box plots of one metric with a row for each structure in each fold, so that folds that differ stand out (InnerEye's
 * `Dice_Test_splits`).
 */
export function drawFoldBoxPlot(
  folds: readonly RunRows[],
  metric: MetricColumn,
  standalone = false,
  structure?: string,
): Html {
  const rows = folds.flatMap(({ name, rows: own }) =>
    own
      .filter(row => structure === undefined || row.structure === structure)
      .map(row => ({
        ...row,
        structure: labelOf(name, structure === undefined ? row.structure : undefined),
      })),
  );
  const labels = [...new Set(rows.map(row => row.structure))];
  // All folds of a structure beside each other.
  if (structure === undefined) labels.sort();
  return drawBoxPlot(rows, labels, metric, { standalone, width: standalone ? 860 : 500 });
}

/** `fold 0`, or `ensemble`, of a name in InnerEye's tables. */
export const foldTitle = (name: string): string => (/^\d+$/.test(name) ? `fold ${name}` : 'ensemble');

const labelOf = (fold: string, structure: string | undefined): string =>
  structure === undefined ? foldTitle(fold) : `${structure}, ${foldTitle(fold)}`;
