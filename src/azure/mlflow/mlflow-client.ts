import { z } from 'zod';
import type { MetricPoint } from '../workspace.ts';
import type { LogBatch } from './log-batch.ts';

/** Sends a request with a body of JSON; the one who makes it knows how to sign in. */
export type SendJson = (method: 'GET' | 'POST', url: string, body?: unknown) => Promise<unknown>;

/** MLflow writes what JSON has no word for as text. */
const numberSchema = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const historySchema = z.object({
  metrics: z
    .array(z.object({ value: numberSchema, step: z.coerce.number(), timestamp: z.coerce.number() }))
    .optional(),
  next_page_token: z.string().optional(),
});
const experimentSchema = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const createdSchema = z.object({ experiment_id: z.string() });
const runSchema = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) });

/** MLflow's tracking service: REST API 2.0, the part of it that a training needs. */
export class MlflowClient {
  private readonly base: string;

  /** @param trackingUri `https://…` of a server, or `azureml://…` of a workspace, which speaks https too. */
  constructor(
    trackingUri: string,
    private readonly send: SendJson,
  ) {
    const address = trackingUri.replace(/^azureml:/, 'https:').replace(/[?/]+$/, '');
    this.base = `${address}/api/2.0/mlflow`;
  }

  async metricHistory(run: string, metric: string): Promise<MetricPoint[]> {
    const points: MetricPoint[] = [];
    let token: string | undefined;
    do {
      const query = new URLSearchParams({
        run_id: run,
        metric_key: metric,
        ...(token !== undefined && { page_token: token }),
      });
      const answer = historySchema.parse(await this.send('GET', `${this.base}/metrics/get-history?${query}`));
      points.push(...(answer.metrics ?? []));
      token = answer.next_page_token || undefined;
    } while (token !== undefined);
    return points;
  }

  /** Begins a run in an experiment, which is made where there is none of that name. @returns the run's id. */
  async createRun(experiment: string, name: string, startTime: number): Promise<string> {
    const id = await this.experiment(experiment);
    const body = { experiment_id: id, run_name: name, start_time: startTime };
    return runSchema.parse(await this.send('POST', `${this.base}/runs/create`, body)).run.info.run_id;
  }

  async logBatch(run: string, batch: LogBatch): Promise<void> {
    await this.send('POST', `${this.base}/runs/log-batch`, { run_id: run, ...batch });
  }

  async endRun(run: string, status: 'FINISHED' | 'FAILED' | 'KILLED', endTime: number): Promise<void> {
    await this.send('POST', `${this.base}/runs/update`, { run_id: run, status, end_time: endTime });
  }

  private async experiment(name: string): Promise<string> {
    const query = new URLSearchParams({ experiment_name: name });
    try {
      const found = await this.send('GET', `${this.base}/experiments/get-by-name?${query}`);
      return experimentSchema.parse(found).experiment.experiment_id;
    } catch {
      // Most often there is none yet; another trouble shows here again.
      return createdSchema.parse(await this.send('POST', `${this.base}/experiments/create`, { name }))
        .experiment_id;
    }
  }
}
