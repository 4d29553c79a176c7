import type { PredictionTask, WorkerMessage } from '../contracts/serving.ts';
import { openModel } from '../export/open-bundle.ts';
import { Fault, Faults } from '../foundation/fault.ts';
import type { Answerer } from './answerer.ts';
import { segmentingAnswerer } from './predict-scan.ts';
import { tellingAnswerer } from './predict-subjects.ts';
import { ArchiveFault } from './unpacked.ts';
import { whatIsWrong } from './what-is-wrong.ts';

/**
 * Predicts for the service that started this process, until the service goes. A process of its own: what a strange
 * scan does to a decoder of DICOM, it does to this one.
 */
export async function servePredictions(
  path: string,
  channel: {
    send(message: WorkerMessage): void;
    onTask(take: (task: PredictionTask) => void): void;
  },
): Promise<void> {
  let name: string;
  let answerer: Answerer;
  try {
    const opened = await openModel(path);
    ({ name } = opened);
    answerer =
      opened.kind === 'segmentation'
        ? await segmentingAnswerer(name, opened.model)
        : await tellingAnswerer(name, opened.model);
  } catch (error) {
    channel.send({ kind: 'broken', what: whatIsWrong(error) });
    return;
  }
  channel.onTask(task => {
    void answer(answerer, task).then(message => channel.send(message));
  });
  const [model, version] = name.split(':') as [string, string];
  channel.send({ kind: 'ready', name: model, version: Number(version), formats: answerer.formats });
}

async function answer(answerer: Answerer, task: PredictionTask): Promise<WorkerMessage> {
  const { id } = task;
  try {
    return { kind: 'done', id, file: await answerer.answer(task) };
  } catch (error) {
    if (error instanceof ArchiveFault)
      return { kind: 'refused', id, what: whatIsWrong(error.fault), archive: true };
    if (error instanceof Fault || error instanceof Faults)
      return { kind: 'refused', id, what: whatIsWrong(error), archive: false };
    return { kind: 'failed', id, what: error instanceof Error ? error.name : 'unknown' };
  }
}
