import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus is told; nothing of patients. */
export class ServiceMetrics {
  readonly registry = new Registry();
  readonly requests = new Counter({
    name: 'innereye_http_requests_total',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: 'innereye_http_request_seconds',
    help: 'Time that requests took.',
    labelNames: ['route'],
    buckets: [0.005, 0.05, 0.5, 5, 50, 500],
    registers: [this.registry],
  });
  readonly scans = new Counter({
    name: 'innereye_scans_total',
    help: 'Scans by model and by what came of them: done, refused (400), failed (500).',
    labelNames: ['model', 'outcome'],
    registers: [this.registry],
  });
  readonly scanSeconds = new Histogram({
    name: 'innereye_scan_seconds',
    help: 'Time that segmenting a scan took, without waiting.',
    labelNames: ['model'],
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900],
    registers: [this.registry],
  });

  /** @param queues the scans that wait and run now, by model. */
  constructor(queues: () => Iterable<{ model: string; waiting: number; running: number }>) {
    collectDefaultMetrics({ register: this.registry });
    const waiting = new Gauge({
      name: 'innereye_scans_waiting',
      help: 'Scans that wait.',
      labelNames: ['model'],
      registers: [this.registry],
      collect() {
        for (const queue of queues()) this.set({ model: queue.model }, queue.waiting);
      },
    });
    const running = new Gauge({
      name: 'innereye_scans_running',
      help: 'Scans that are segmented.',
      labelNames: ['model'],
      registers: [this.registry],
      collect() {
        for (const queue of queues()) this.set({ model: queue.model }, queue.running);
      },
    });
    waiting.reset();
    running.reset();
  }
}
