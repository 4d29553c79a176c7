import { MAIN_METRICS, metricTitle } from '../../../src/contracts/metric-names.ts';
import { formatNumber, structureOf } from '../format.ts';
import type { Column } from '../store/column.ts';
import type { MetricSeries, RunStore } from '../store/run-store.ts';
import type { Table } from '../store/table.ts';

/** One line of a chart, for every run that has it. */
export interface Series {
  /** Unique in its chart; what the legend says. */
  readonly name: string;
  /** Where its values are; undefined where the run has none. */
  find(store: RunStore): { readonly table: Table<string>; readonly values: Column } | undefined;
  /** Whether the smoothing applies: values of single steps scatter, those of epochs do not. */
  readonly noisy?: boolean;
  /** Drawn strong, or as dots, instead of as a thin line. */
  readonly look?: 'strong' | 'dots';
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What it shows, for those who cannot see it or do not know the word. */
  readonly description: string;
  readonly series: readonly Series[];
  /** Between 0 and 1, such as Dice. */
  readonly fraction?: boolean;
  /** The axis begins at 0, so that a little change looks little. */
  readonly fromZero?: boolean;
  /** Where series differ in kind, each has a colour of its own as long as a single run is shown. */
  readonly colourBySeries?: boolean;
  readonly format: (value: number) => string;
}

type Names = 'loss' | 'learningRate' | 'gradientNorm' | 'stepsPerSecond';

const ofSteps = (name: string, column: Names, look: Partial<Series> = {}): Series => ({
  name,
  find: ({ steps }) => ({ table: steps, values: steps.column(column) }),
  ...look,
});
const percent = (value: number) => `${formatNumber(value)} %`;
const megabytes = (value: number) =>
  value >= 1000
    ? `${formatNumber(Math.round(value / 10) / 100)} GB`
    : `${formatNumber(Math.round(value))} MB`;

const LOSS: Chart = {
  id: 'loss',
  title: 'Loss',
  description: 'Training loss of every step, and its mean over each epoch',
  format: formatNumber,
  series: [
    ofSteps('step', 'loss', { noisy: true }),
    {
      name: 'epoch mean',
      find: ({ epochs }) => ({ table: epochs, values: epochs.column('loss') }),
      look: 'strong',
    },
  ],
};

const OTHERS: readonly Chart[] = [
  {
    id: 'learning-rate',
    title: 'Learning rate',
    description: 'Learning rate of every step',
    format: formatNumber,
    series: [ofSteps('learning rate', 'learningRate')],
  },
  {
    id: 'gradient-norm',
    title: 'Gradient norm',
    description: 'Norm of the whole gradient of every step, before it is clipped',
    format: formatNumber,
    series: [ofSteps('gradient norm', 'gradientNorm', { noisy: true })],
  },
  {
    id: 'speed',
    title: 'Steps per second',
    description: 'Speed of the engine, without waiting for crops',
    fromZero: true,
    format: formatNumber,
    series: [ofSteps('steps per second', 'stepsPerSecond', { noisy: true })],
  },
  {
    id: 'waiting',
    title: 'Waiting for crops',
    description: 'Share of each epoch in which the engine waited for the loader threads',
    fromZero: true,
    format: value => percent(value * 100),
    series: [
      {
        name: 'waiting',
        find: ({ epochs }) => ({ table: epochs, values: epochs.column('waiting') }),
        look: 'strong',
      },
    ],
  },
  {
    id: 'processor',
    title: 'Processor and GPU',
    description: 'Processor time of the backend, where 100 % is one core, and how busy the GPU is',
    fromZero: true,
    colourBySeries: true,
    format: percent,
    series: [resource('processor', 'processorPercent'), resource('GPU', 'gpuPercent')],
  },
  {
    id: 'memory',
    title: 'Memory',
    description: 'Memory that the backend and the GPU use',
    fromZero: true,
    colourBySeries: true,
    format: megabytes,
    series: [
      {
        name: 'backend',
        find: ({ resources, epochs }) => {
          const table = resources.length > 0 ? resources : epochs;
          return { table, values: table.column('residentMegabytes') };
        },
      },
      resource('GPU', 'gpuMegabytes'),
    ],
  },
];

function resource(name: string, column: 'processorPercent' | 'gpuPercent' | 'gpuMegabytes'): Series {
  return {
    name,
    find: ({ resources }) => ({ table: resources, values: resources.column(column) }),
  };
}

/** The charts that the runs have something for: loss, metrics on full volumes, metrics on crops, the rest. */
export function chartsOf(stores: readonly RunStore[]): Chart[] {
  return [LOSS, ...metricCharts(stores), ...OTHERS].filter(({ series }) =>
    series.some(({ find }) => stores.some(store => hasValues(find(store)))),
  );
}

function hasValues(found: ReturnType<Series['find']>): boolean {
  return found?.values.values.some(value => !Number.isNaN(value)) ?? false;
}

const SPLITS = {
  validation: { title: 'validation', order: 0 },
  train: { title: 'training crops', order: 1 },
  test: { title: 'test', order: 2 },
} as const;

/** A chart for each kind of metric and split; values on the test split stand as dots beside those of validation. */
function metricCharts(stores: readonly RunStore[]): Chart[] {
  const charts = new Map<string, Chart & { series: Series[] }>();
  const all = new Map(stores.flatMap(store => [...store.metrics]));
  const validated = [...all.values()].some(({ split }) => split === 'validation');
  for (const [key, metric] of all) {
    const kind = metric.name.split('/')[0]!;
    const beside = metric.split === 'test' && validated;
    const split = beside ? 'validation' : metric.split;
    const id = `${split}/${kind}`;
    const chart = charts.get(id) ?? {
      id,
      title: `${metricTitle(kind)} · ${SPLITS[split].title}`,
      description: `${metricTitle(kind)}${kind === 'Dice' ? ' of each structure' : ''} on the ${split} split, by epoch`,
      fraction: kind === 'Dice' || kind === 'area_under_roc_curve',
      colourBySeries: true,
      format: formatNumber,
      series: [],
    };
    charts.set(id, chart);
    chart.series.push(metricSeries(key, metric, beside));
  }
  return [...charts.values()]
    .map(chart => ({ ...chart, series: [...chart.series].sort((a, b) => rank(a) - rank(b)) }))
    .sort((a, b) => chartRank(a) - chartRank(b));
}

function metricSeries(key: string, { name }: MetricSeries, beside: boolean): Series {
  const structure = structureOf(name);
  return {
    name: beside ? `${structure} (test)` : structure,
    find: store => {
      const table = store.metrics.get(key)?.table;
      return table && { table, values: table.column('value') };
    },
    ...(beside ? { look: 'dots' as const } : structure === 'mean' ? { look: 'strong' as const } : {}),
  };
}

const rank = ({ name, look }: Series) => (name === 'mean' ? 0 : look === 'dots' ? 2 : 1);
const chartRank = ({ id, fraction }: Chart) =>
  (fraction || MAIN_METRICS.includes(id.split('/')[1]!) ? 0 : 10) +
  SPLITS[id.split('/')[0] as keyof typeof SPLITS].order;
