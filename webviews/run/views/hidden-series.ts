import type { Chart } from '../curves/charts.ts';
import { shownRuns, switched, toggled } from '../state.ts';

/** Names of the series that a chart does not show. */
export function hiddenSeries(chart: Chart): ReadonlySet<string> {
  return new Set(
    chart.series
      .filter(({ name }) => switched.value.has(switchKey(chart, name)) !== hiddenAtFirst(chart, name))
      .map(({ name }) => name),
  );
}

/** Switches a series on or off, for all runs. */
export function toggleSeries(chart: Chart, name: string): void {
  switched.value = toggled(switched.value, switchKey(chart, name));
}

/** Where several runs lie over each other, only the mean is shown at first: nobody could tell so many curves apart. */
function hiddenAtFirst({ series }: Chart, name: string): boolean {
  return (
    shownRuns.value.length > 1 && series.some(other => other.name === 'mean') && !name.startsWith('mean')
  );
}

/** What is switched with several runs says nothing about one, and the other way round. */
const switchKey = (chart: Chart, name: string) => `${chart.id}/${name}/${hiddenAtFirst(chart, name)}`;
