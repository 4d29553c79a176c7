import type { EventLogger } from '../azure/mlflow/event-logger.ts';

/** Logs to the MLflow server that `MLFLOW_TRACKING_URI` names; undefined where it names none. */
export async function mlflowLogger(): Promise<EventLogger | undefined> {
  if (!process.env.MLFLOW_TRACKING_URI) return undefined;
  const { EventLogger } = await import('../azure/mlflow/event-logger.ts');
  return EventLogger.fromEnvironment(process.env, message => console.error(`warning: ${message}`));
}
