import { WORKSPACE_ID } from '../workspace.ts';
import { latest, type Point, type Run } from './run-store.ts';

/** Where a run's artifacts lie. */
export const artifactUri = (run: Run): string =>
  `azureml://${WORKSPACE_ID}/experiments/${run.experiment.name}/runs/${run.id}/artifacts`;

/** A map as MLflow's messages have it. */
export const entries = (map: ReadonlyMap<string, string>): object[] =>
  [...map].map(([key, value]) => ({ key, value }));

/** JSON has no word for NaN and the infinities; MLflow writes them as text. */
export const metricMessage = (key: string, { value, timestamp, step }: Point): object => ({
  key,
  value: Number.isFinite(value) ? value : String(value),
  timestamp,
  step,
});

/** A run with its latest metrics, parameters and tags. */
export function runMessage(run: Run): { info: object; data: object; inputs: object } {
  return {
    info: {
      run_id: run.id,
      run_uuid: run.id,
      run_name: run.name,
      experiment_id: run.experiment.id,
      user_id: '',
      status: run.status,
      start_time: run.startTime,
      ...(run.endTime !== undefined && { end_time: run.endTime }),
      artifact_uri: artifactUri(run),
      lifecycle_stage: 'active',
    },
    data: {
      metrics: [...run.metrics].map(([key, points]) => metricMessage(key, latest(points)!)),
      params: entries(run.parameters),
      tags: entries(new Map([...run.tags, ['mlflow.runName', run.name]])),
    },
    inputs: {},
  };
}

/** A page of a list, with the token of the next one. */
export function paged(
  name: string,
  items: readonly object[],
  { max_results, page_token }: { max_results?: number | undefined; page_token?: string | undefined },
  most: number,
): object {
  const from = page_token ? Number(Buffer.from(page_token, 'base64url').toString()) : 0;
  const to = from + (max_results ?? most);
  return {
    [name]: items.slice(from, to),
    ...(to < items.length && { next_page_token: Buffer.from(String(to)).toString('base64url') }),
  };
}
