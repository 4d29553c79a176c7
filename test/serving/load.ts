import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBufferPromise } from 'yauzl';
import { readDataset } from '../../src/dicom/dataset.ts';
import type { RunningService } from './running-service.ts';
import { type SyntheticSeries, syntheticSeries } from './synthetic-series.ts';

/** What became of the requests of many clients. */
export interface LoadResult {
  /** Scans that got their own segmentation. */
  answered: number;
  /** Scans that the service said it cannot take now (429, 503). */
  turnedAway: number;
  /** Answers to a wrong secret that were no refusal. */
  unauthorised: number;
  /** Answers that belong to another's scan. */
  mixedUp: number;
  /** Accepted scans without an answer, and answers that nobody expects. */
  lost: string[];
}

/** Clients that each send their own scan again and again, half of them by InnerEye-Inference's interface. */
export async function load(
  service: RunningService,
  { clients, seconds, model }: { clients: number; seconds: number; model: string },
): Promise<LoadResult> {
  const result: LoadResult = { answered: 0, turnedAway: 0, unauthorised: 0, mixedUp: 0, lost: [] };
  const end = Date.now() + seconds * 1000;
  const folder = await mkdtemp(join(tmpdir(), 'innereye-load-'));
  const client = async (index: number) => {
    const series = await syntheticSeries(`client-${index}`);
    const ask = index % 2 === 0 ? predict : startAndFetch;
    while (Date.now() < end) {
      const wrong = await service.ask('/v1/predict', { method: 'POST', body: 'x', secret: 'wrong' });
      if (wrong.status !== 403) result.unauthorised++;
      const answer = await ask(service, series, model).catch((error: unknown) => `lost: ${String(error)}`);
      if (typeof answer === 'string') {
        if (answer === 'busy') {
          result.turnedAway++;
          await new Promise(resolve => setTimeout(resolve, 200));
        } else result.lost.push(answer);
        continue;
      }
      const file = join(folder, `${index}.dcm`);
      await writeFile(file, answer);
      if (await isOf(series, file)) result.answered++;
      else result.mixedUp++;
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return result;
}

type Answer = Buffer | string;

async function predict(service: RunningService, { zip }: SyntheticSeries, model: string): Promise<Answer> {
  const answer = await service.ask(`/v1/predict?model=${model}`, {
    method: 'POST',
    body: new Uint8Array(zip),
  });
  if (answer.status === 429 || answer.status === 503) return 'busy';
  return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : `predict: ${answer.status}`;
}

async function startAndFetch(
  service: RunningService,
  { zip }: SyntheticSeries,
  model: string,
): Promise<Answer> {
  const started = await service.ask(`/v1/model/start/${model}`, {
    method: 'POST',
    body: new Uint8Array(zip),
  });
  if (started.status === 429 || started.status === 503) return 'busy';
  if (started.status !== 201) return `start: ${started.status}`;
  const id = await started.text();
  for (;;) {
    const answer = await service.ask(`/v1/model/results/${id}`);
    if (answer.status === 202) {
      await new Promise(resolve => setTimeout(resolve, 50));
      continue;
    }
    if (answer.status !== 200) return `results: ${answer.status}`;
    const archive = await fromBufferPromise(Buffer.from(await answer.arrayBuffer()), {});
    for await (const entry of archive.eachEntry()) {
      const chunks: Buffer[] = [];
      for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    }
    return 'results: empty';
  }
}

/** Whether a structure set refers to the slices of a series and to no others. */
async function isOf({ instances }: SyntheticSeries, file: string): Promise<boolean> {
  const text = JSON.stringify(await readDataset(file));
  const referenced = new Set(
    [...text.matchAll(/"ReferencedSOPInstanceUID":"([^"]+)"/g)].map(([, uid]) => uid!),
  );
  const foreign = [...referenced].filter(uid => !instances.includes(uid));
  // The study is referred to as well.
  return instances.every(uid => referenced.has(uid)) && foreign.length <= 1;
}
