import type { DatasetSettings } from '../config/schema/configuration.ts';
import { checkSubject } from '../dataset/check-subject.ts';
import type { Subject } from '../dataset/dataset.ts';
import { faultOf } from '../dataset/load-subject.ts';

export interface CheckRequest {
  readonly subject: Subject;
  readonly dataset: DatasetSettings;
}

/** Makes sure that a subject's files are whole and fit together. @throws Fault or Faults of the subject. */
export async function checkOne({ subject, dataset }: CheckRequest): Promise<void> {
  const fault = faultOf(subject, await checkSubject(subject, dataset));
  if (fault !== undefined) throw fault;
}
