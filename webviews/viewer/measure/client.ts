import type { StructureComparison } from './measure.ts';
import type { MeasureAnswer, MeasureRequest } from './worker.ts';

/**
 * Compares two label maps in a thread of its own.
 * @throws Error where the thread fails.
 */
export async function measure(request: MeasureRequest, signal: AbortSignal): Promise<StructureComparison[]> {
  // A webview's page and its scripts are of different origins: a worker is made from the script's text.
  const text = await (await fetch(new URL('./viewer-measure.js', import.meta.url), { signal })).blob();
  const url = URL.createObjectURL(text.slice(0, text.size, 'text/javascript'));
  const worker = new Worker(url);
  signal.addEventListener('abort', () => worker.terminate());
  try {
    return await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<MeasureAnswer>) =>
        'error' in data ? reject(new Error(data.error)) : resolve(data.comparisons);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(request);
    });
  } finally {
    worker.terminate();
    URL.revokeObjectURL(url);
  }
}
