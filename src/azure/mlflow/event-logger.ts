import type { RunEvent } from '../../contracts/events.ts';
import { readRunSettings } from '../../runs/run-settings.ts';
import { batches, type LogBatch, type Metric, metricsOf, parametersOf } from './log-batch.ts';
import { MlflowClient } from './mlflow-client.ts';
import { sendToServer } from './send-to-server.ts';

const SEND_MILLISECONDS = 5000;
/** A server that is away for longer loses what is older. */
const MOST_WAITING = 50_000;
/** The training has ended: it waits no longer than this for a server. */
const LAST_MILLISECONDS = 15_000;

const ENDED = { completed: 'FINISHED', cancelled: 'KILLED', failed: 'FAILED' } as const;

/** The variables by which MLflow's own clients find server and run. */
export interface TrackingVariables {
  readonly MLFLOW_TRACKING_URI?: string | undefined;
  readonly MLFLOW_RUN_ID?: string | undefined;
  readonly MLFLOW_EXPERIMENT_NAME?: string | undefined;
}

/**
 * Logs a training to the MLflow server that `MLFLOW_TRACKING_URI` names, in batches beside the training: it is never
 * slower for it, and never fails; troubles are told once.
 */
export class EventLogger {
  private waiting: Metric[] = [];
  private run: Promise<string> | undefined;
  private folder: string | undefined;
  private status: keyof typeof ENDED = 'failed';
  private sending: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private told = false;
  private isOurs = false;

  private constructor(
    private readonly client: MlflowClient,
    private readonly variables: TrackingVariables,
    private readonly warn: (message: string) => void,
  ) {}

  /** The logger that the environment asks for; undefined where it asks for none, or for files, which only Python writes. */
  static fromEnvironment(
    environment: NodeJS.ProcessEnv,
    warn: (message: string) => void,
  ): EventLogger | undefined {
    const uri = environment.MLFLOW_TRACKING_URI;
    if (uri === undefined || uri === '') return undefined;
    if (!/^(https?|azureml):\/\//.test(uri)) {
      warn(`MLFLOW_TRACKING_URI names no server with http, https or azureml: nothing is logged to MLflow`);
      return undefined;
    }
    const { address, signIn } = apart(uri);
    const send = sendToServer({ ...signIn, ...environment });
    return new EventLogger(new MlflowClient(address, send), environment, warn);
  }

  /** @param folder of the run, whose settings become the parameters. */
  log(event: RunEvent, folder: string): void {
    this.folder = folder;
    this.timer ??= setInterval(() => this.send(), SEND_MILLISECONDS).unref();
    this.waiting.push(...metricsOf(event));
    if (this.waiting.length > MOST_WAITING) this.waiting.splice(0, this.waiting.length - MOST_WAITING);
    if (event.type === 'finished') this.status = event.status;
  }

  /**
   * Sends what is left and ends the run on the server, if it was begun here. Returns after a while whatever the server
   * does.
   */
  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.folder === undefined) return;
    this.send();
    const last = this.sending.then(async () => {
      if (this.isOurs && this.run) await this.client.endRun(await this.run, ENDED[this.status], Date.now());
    });
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      limit = setTimeout(resolve, LAST_MILLISECONDS);
    });
    await Promise.race([last.catch(error => this.tell(error)), late]);
    clearTimeout(limit);
  }

  /** One request at a time; what could not be sent waits for the next time. */
  private send(): void {
    this.sending = this.sending.then(async () => {
      const metrics = this.waiting;
      this.waiting = [];
      try {
        this.run ??= this.open();
        const run = await this.run;
        for (const batch of batches({ metrics, params: [], tags: [] }))
          await this.client.logBatch(run, batch);
      } catch (error) {
        this.waiting = [...metrics, ...this.waiting].slice(-MOST_WAITING);
        this.tell(error);
      }
    });
  }

  private async open(): Promise<string> {
    try {
      const { MLFLOW_RUN_ID, MLFLOW_EXPERIMENT_NAME } = this.variables;
      const settings = await readRunSettings(this.folder!);
      const name = settings.name ?? 'innereye';
      const run =
        MLFLOW_RUN_ID || (await this.client.createRun(MLFLOW_EXPERIMENT_NAME || name, name, Date.now()));
      this.isOurs = !MLFLOW_RUN_ID;
      const all: LogBatch = { metrics: [], params: parametersOf(settings), tags: [] };
      // A run that goes on has its parameters already, and MLflow refuses others.
      for (const batch of batches(all)) await this.client.logBatch(run, batch).catch(() => {});
      return run;
    } catch (error) {
      this.run = undefined;
      throw error;
    }
  }

  private tell(error: unknown): void {
    if (this.told) return;
    this.told = true;
    this.warn(
      `MLflow could not be reached, the training goes on: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Name and password in an address become a header: requests refuse such addresses, with words that show them. */
function apart(uri: string): { readonly address: string; readonly signIn: NodeJS.ProcessEnv } {
  const [, scheme, signIn, rest] = /^(\w+:\/\/)([^/?#]*)@(.*)$/.exec(uri) ?? [];
  if (scheme === undefined || signIn === undefined) return { address: uri, signIn: {} };
  const [user, ...password] = signIn.split(':');
  return {
    address: `${scheme}${rest}`,
    signIn: {
      MLFLOW_TRACKING_USERNAME: decoded(user!),
      MLFLOW_TRACKING_PASSWORD: decoded(password.join(':')),
    },
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
