import type { SegmentationConfiguration } from '../config/schema/configuration.ts';
import type { Subject } from '../dataset/dataset.ts';
import { type CheckRequest, checkOne } from './check-one.ts';
import { eachSubject, type OnProgress } from './each-subject.ts';

export interface CheckOptions {
  /** Threads to check in; 0 (the default): the calling one. */
  readonly threads?: number;
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that subjects which are read only after training are whole: headers and grids, and to its end what is
 * compressed. Nothing is kept.
 * @throws Fault or Faults: everything that is found. The signal's reason if it is aborted.
 */
export async function checkSubjects(
  subjects: readonly Subject[],
  { dataset }: Pick<SegmentationConfiguration, 'dataset'>,
  { threads = 0, onProgress, signal }: CheckOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const requests = subjects.map((subject): CheckRequest => ({ subject, dataset }));
  await eachSubject<CheckRequest, void>(requests, {
    threads,
    kind: 'check',
    inThisThread: checkOne,
    subjectOf: ({ subject }) => subject.id,
    onProgress,
    signal,
  });
}
