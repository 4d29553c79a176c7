import { Fault, Faults, type Place } from '../foundation/fault.ts';
import type { Finding, Subject, VolumeSource } from './dataset.ts';

/** Where one of a subject's volumes is: its file, and the csv row that names it. */
export const placeOf = (subject: Subject, { file, row }: VolumeSource): Place => ({
  file,
  subject: subject.id,
  ...(row !== undefined && { row }),
});

/** A fault as a finding of this subject. @throws whatever is not a Fault. */
export function findingOf(error: unknown, place: Place): Finding[] {
  if (error instanceof Faults) return error.faults.flatMap(fault => findingOf(fault, place));
  if (!(error instanceof Fault)) throw error;
  return [
    {
      severity: 'error',
      message: error.message,
      place: { ...place, ...error.place },
      remedy: error.remedy ?? 'Mend the file, or remove the subject.',
    },
  ];
}
