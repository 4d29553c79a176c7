import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionTask, WorkerMessage } from '../contracts/serving.ts';
import { resultStructures } from '../dicom/result-structures.ts';
import { SERIES_LIMITS, unpackSeries } from '../dicom/unpack-series.ts';
import { openModel } from '../export/open-bundle.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import { loadInput } from '../runs/load-input.ts';
import type { PredictingModel } from '../runs/predicting-model.ts';
import { RESULT_FILES, sourceOf, writeDicomResults } from '../runs/result-files.ts';
import { Segmenter } from '../runs/segmenter.ts';
import { writeSegmentation } from '../runs/write-prediction.ts';
import { readHeader } from '../volume/read.ts';
import { requireSize } from './scan-size.ts';
import { whatIsWrong } from './what-is-wrong.ts';

type Served = Awaited<ReturnType<typeof openModel>>;

/**
 * Segments scans for the service that started this process, until the service goes. A process of its own: what a strange
 * scan does to a decoder of DICOM, it does to this one.
 */
export async function servePredictions(
  path: string,
  channel: {
    send(message: WorkerMessage): void;
    onTask(take: (task: PredictionTask) => void): void;
  },
): Promise<void> {
  let served: Served;
  let segmenter: Segmenter;
  try {
    served = await openModel(path);
    segmenter = await Segmenter.open(onThisMachine(served.model));
  } catch (error) {
    channel.send({ kind: 'broken', what: whatIsWrong(error) });
    return;
  }
  channel.onTask(task => {
    void answer(served, segmenter, task).then(message => channel.send(message));
  });
  const [name, version] = served.name.split(':') as [string, string];
  channel.send({ kind: 'ready', name, version: Number(version) });
}

/** A model that was trained on a GPU is served with what there is. */
function onThisMachine(model: PredictingModel): PredictingModel {
  const { settings } = model;
  if (settings.training.device !== 'gpu') return model;
  return { ...model, settings: { ...settings, training: { ...settings.training, device: 'auto' } } };
}

async function answer(served: Served, segmenter: Segmenter, task: PredictionTask): Promise<WorkerMessage> {
  const { id } = task;
  let unpacking = false;
  try {
    unpacking = await isArchive(task.input);
    const scan = unpacking ? join(task.folder, 'series') : task.input;
    if (unpacking) await unpackSeries(task.input, scan, { ...SERIES_LIMITS, bytes: task.unpacked });
    unpacking = false;
    return { kind: 'done', id, file: await predict(served, segmenter, task, scan) };
  } catch (error) {
    if (error instanceof Fault || error instanceof Faults) {
      return { kind: 'refused', id, what: whatIsWrong(error), archive: unpacking };
    }
    return { kind: 'failed', id, what: error instanceof Error ? error.name : 'unknown' };
  }
}

async function predict(
  { name, model }: Served,
  segmenter: Segmenter,
  { folder, format, series, unpacked }: PredictionTask,
  scan: string,
): Promise<string> {
  const { channels, structures } = model.settings.dataset;
  const source = format === 'nifti' ? undefined : await sourceOf(scan, series);
  const preparations = [model.settings, ...model.members.flatMap(({ own }) => own?.settings ?? [])].map(
    ({ preprocessing }) => preprocessing,
  );
  requireSize(await readHeader(scan, { series }), preparations, unpacked);
  const loaded = await loadInput({ id: 'scan', images: [{ file: scan }], found: false }, channels, series);
  const segmented = await segmenter.segment(loaded!, { posteriors: false });
  if (source === undefined) return writeSegmentation(join(folder, RESULT_FILES.nifti), segmented);
  const [file] = await writeDicomResults(folder, source, segmented, {
    formats: [format],
    structures: resultStructures(structures),
    model: name,
  });
  return file!;
}

async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === 'PK';
  } finally {
    await handle.close();
  }
}
