import type { Subject, Visit } from './dataset.ts';

/** The visits of a subject; one whose task knows none has a single one, itself. */
export const visitsOf = ({ visits, values, images, place }: Subject): readonly Visit[] =>
  visits ?? (values ? [{ position: 0, values, images, place }] : []);

/** The name under which the scans of a visit are prepared. */
export const scanName = (subject: Subject, { position }: Visit): string =>
  subject.visits ? `${subject.id} visit ${position}` : subject.id;

/** What there is to be read of subjects: each visit's scans as a subject of their own. */
export const scansOf = (subjects: readonly Subject[]): Subject[] =>
  subjects.flatMap(subject =>
    subject.visits
      ? subject.visits.map(visit => ({
          id: scanName(subject, visit),
          images: visit.images,
          attributes: subject.attributes,
          place: visit.place,
        }))
      : [subject],
  );
