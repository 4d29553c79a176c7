import type { SendJson } from './mlflow-client.ts';

const LIMIT_MILLISECONDS = 10_000;

/** Requests to a tracking server, signed in as MLflow's own clients do: by token, or by name and password. */
export function sendToServer(environment: NodeJS.ProcessEnv): SendJson {
  const { MLFLOW_TRACKING_TOKEN: token, MLFLOW_TRACKING_USERNAME: user } = environment;
  const password = environment.MLFLOW_TRACKING_PASSWORD ?? '';
  const authorization = token
    ? `Bearer ${token}`
    : user
      ? `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      : undefined;
  return async (method, url, body) => {
    const response = await fetch(url, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(authorization && { authorization }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LIMIT_MILLISECONDS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${messageOf(text)}`);
    return text === '' ? undefined : JSON.parse(text);
  };
}

function messageOf(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? '');
  } catch {
    return '';
  }
}
