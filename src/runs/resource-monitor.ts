import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { NewEvent } from '../contracts/events.ts';

type Resources = Extract<NewEvent, { type: 'resources' }>;

const INTERVAL_MILLISECONDS = 5000;
const GPU_TIMEOUT_MILLISECONDS = 2000;

export interface MonitorOptions {
  emit(event: Resources): void;
  /** Whether the run computes on a GPU, which is then asked about through `nvidia-smi`. */
  readonly gpu: boolean;
  readonly intervalMilliseconds?: number;
  /** Tells utilisation and used memory of the first GPU; default: asks `nvidia-smi`. */
  readonly askGpu?: () => Promise<NonNullable<Resources['gpu']>>;
}

/**
 * Says every few seconds what this process uses. It does not keep the process alive, and a GPU that cannot be asked
 * once is not asked again.
 * @returns ends it.
 */
export function watchResources(options: MonitorOptions): () => void {
  const { emit, intervalMilliseconds = INTERVAL_MILLISECONDS, askGpu = askNvidia } = options;
  let gpu = options.gpu;
  let asking = false;
  let used = process.cpuUsage();
  let since = performance.now();
  const report = async () => {
    if (asking) return;
    asking = true;
    const now = performance.now();
    const { user, system } = process.cpuUsage(used);
    const processorPercent = Math.round((user + system) / (now - since) / 10);
    used = process.cpuUsage();
    since = now;
    const residentMegabytes = Math.round(process.memoryUsage.rss() / 1e6);
    const state = gpu ? await askGpu().catch(() => undefined) : undefined;
    gpu &&= state !== undefined;
    asking = false;
    if (!ended)
      emit({ type: 'resources', processorPercent, residentMegabytes, ...(state && { gpu: state }) });
  };
  let ended = false;
  const timer = setInterval(() => void report(), intervalMilliseconds).unref();
  return () => {
    ended = true;
    clearInterval(timer);
  };
}

async function askNvidia(): Promise<NonNullable<Resources['gpu']>> {
  const { stdout } = await promisify(execFile)(
    'nvidia-smi',
    ['--id=0', '--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits'],
    { timeout: GPU_TIMEOUT_MILLISECONDS, windowsHide: true },
  );
  return parseNvidia(stdout);
}

/**
 * Reads `nvidia-smi`'s csv of utilisation in % and used MiB.
 * @throws where it says something else, such as `[N/A]`.
 */
export function parseNvidia(text: string): NonNullable<Resources['gpu']> {
  const [percent, mebibytes] = text.trim().split(',').map(Number);
  if (!Number.isFinite(percent) || !Number.isFinite(mebibytes)) throw new Error(`no numbers in ${text}`);
  return { percent: percent!, megabytes: Math.round(mebibytes! * 1.048576) };
}
