import { structuresOf } from '../evaluation/metrics-table.ts';
import { nanMean } from '../evaluation/statistics.ts';
import { innerEyeColumns, type MetricsRow } from '../evaluation/structure-metrics.ts';
import { drawBoxPlot } from './charts/box-plot.ts';

/** Text of metrics_boxplot.svg: Dice of every structure over the subjects, the best first (InnerEye's metrics_boxplot). */
export function boxPlotFile(rows: readonly MetricsRow[]): string {
  const mean = (structure: string) =>
    nanMean(rows.filter(row => row.structure === structure).map(row => row.dice));
  const structures = structuresOf(rows).sort((a, b) => (mean(b) || 0) - (mean(a) || 0));
  return `${drawBoxPlot(rows, structures, innerEyeColumns[0]!, { standalone: true }).text}\n`;
}
