import { randomUUID } from 'node:crypto';

export type MlflowStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED';

/** One value of a metric; time in milliseconds since 1970. */
export interface Point {
  readonly value: number;
  readonly timestamp: number;
  readonly step: number;
}

export interface Experiment {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Map<string, string>;
}

/** A run as MLflow sees it. A job has one of the same name; others are made through MLflow alone. */
export interface Run {
  readonly id: string;
  readonly experiment: Experiment;
  name: string;
  status: MlflowStatus;
  readonly startTime: number;
  endTime: number | undefined;
  readonly parameters: Map<string, string>;
  readonly tags: Map<string, string>;
  readonly metrics: Map<string, Point[]>;
}

/** Experiments and runs of the workspace's tracking service. */
export class RunStore {
  readonly experiments: Experiment[] = [];
  readonly runs = new Map<string, Run>();
  readonly #listeners = new Set<(run: Run, metric: string) => void>();

  experimentNamed(name: string): Experiment | undefined {
    return this.experiments.find(experiment => experiment.name === name);
  }

  addExperiment(name: string): Experiment {
    const experiment = { id: randomUUID(), name, createdAt: Date.now(), tags: new Map<string, string>() };
    this.experiments.push(experiment);
    return experiment;
  }

  addRun(
    experiment: Experiment,
    given: { id?: string; name?: string; startTime?: number; status?: MlflowStatus },
  ): Run {
    const id = given.id ?? randomUUID();
    const run: Run = {
      id,
      experiment,
      name: given.name ?? id,
      status: given.status ?? 'RUNNING',
      startTime: given.startTime ?? Date.now(),
      endTime: undefined,
      parameters: new Map(),
      tags: new Map(),
      metrics: new Map(),
    };
    this.runs.set(id, run);
    return run;
  }

  logMetric(run: Run, name: string, point: Point): void {
    const points = run.metrics.get(name) ?? [];
    // A point that is sent again, after a connection that was lost, is the same point.
    if (
      points.some(
        other =>
          other.step === point.step &&
          other.timestamp === point.timestamp &&
          Object.is(other.value, point.value),
      )
    )
      return;
    points.push(point);
    run.metrics.set(name, points);
    for (const listener of this.#listeners) listener(run, name);
  }

  /** Tells of every metric that is logged; returns what ends it. */
  onMetric(listener: (run: Run, metric: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The point that stands for a metric: of the last step, there of the latest time, there the largest, as MLflow has it. */
export function latest(points: readonly Point[]): Point | undefined {
  return [...points].sort((a, b) => a.step - b.step || a.timestamp - b.timestamp || a.value - b.value).at(-1);
}
