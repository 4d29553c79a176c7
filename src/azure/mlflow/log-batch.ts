import type { RunEvent } from '../../contracts/events.ts';

/** The body of `runs/log-batch`, without the run. */
export interface LogBatch {
  readonly metrics: readonly Metric[];
  readonly params: readonly KeyValue[];
  readonly tags: readonly KeyValue[];
}

export interface Metric {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** MLflow's limits: https://mlflow.org/docs/latest/rest-api.html#request-limits */
const MOST_METRICS = 1000;
const MOST_PARAMS = 100;
const LONGEST_PARAM = 500;

/** Characters that MLflow takes in a metric's name; structures may have others in theirs. */
const nameFor = (name: string): string => name.replaceAll(/[^\w./ -]/g, '_');

/** The metrics that an event says; none for most kinds. Steps of the optimizer are MLflow's steps throughout. */
export function metricsOf(event: RunEvent): Metric[] {
  const timestamp = Date.parse(event.time);
  const metric = (key: string, value: number | null, step: number): Metric[] =>
    value === null ? [] : [{ key: nameFor(key), value, step, timestamp }];
  switch (event.type) {
    case 'step':
      return [
        ...metric('train/step_loss', event.loss, event.step),
        ...metric('train/learning_rate', event.learningRate, event.step),
      ];
    case 'epoch':
      return [
        ...metric('train/loss', event.loss, event.step),
        ...metric('train/seconds', event.seconds, event.step),
        ...metric('epoch', event.epoch + 1, event.step),
      ];
    case 'metric':
      return metric(`${event.split}/${event.name}`, event.value, event.step);
    case 'result':
      return metric(`${event.split}/result/${event.name}`, event.value, 0);
    default:
      return [];
  }
}

/** Settings as parameters: `optimizer.learning_rate` = `0.001`. Long values are cut, as MLflow refuses them. */
export function parametersOf(settings: unknown, path = ''): KeyValue[] {
  if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) {
    return Object.entries(settings).flatMap(([key, value]) =>
      parametersOf(value, path === '' ? key : `${path}.${key}`),
    );
  }
  if (settings === undefined) return [];
  const text = typeof settings === 'string' ? settings : JSON.stringify(settings);
  return [
    {
      key: nameFor(path),
      value: text.length > LONGEST_PARAM ? `${text.slice(0, LONGEST_PARAM - 1)}…` : text,
    },
  ];
}

/** Batches of at most as much as MLflow takes in one. */
export function batches({ metrics, params, tags }: LogBatch): LogBatch[] {
  const made: LogBatch[] = [];
  for (let at = 0; at < Math.max(params.length, tags.length); at += MOST_PARAMS) {
    made.push({
      metrics: [],
      params: params.slice(at, at + MOST_PARAMS),
      tags: tags.slice(at, at + MOST_PARAMS),
    });
  }
  for (let at = 0; at < metrics.length; at += MOST_METRICS) {
    made.push({ metrics: metrics.slice(at, at + MOST_METRICS), params: [], tags: [] });
  }
  return made;
}
