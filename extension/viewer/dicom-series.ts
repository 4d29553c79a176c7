import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type DicomTags, readDicomTags } from '../../src/volume/formats/dicom-tags.ts';

/** A DICOM series in a folder. */
export interface DicomSeries {
  readonly uid: string;
  /** Its description, or the folder's name where it has none. */
  readonly name: string;
  /** Such as `CT`; empty where it does not say. */
  readonly modality: string;
  /** Files of the folder that belong to it. */
  readonly images: number;
}

/** Files that are looked at at once. */
const AT_ONCE = 16;

/** The series whose images lie in a folder, whatever their names are; those with the most images first. */
export async function seriesIn(folder: string): Promise<DicomSeries[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const found = new Map<string, DicomSeries>();
  const work = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      const tags = await readDicomTags(join(folder, file)).catch(() => undefined);
      const uid = tags?.get('SeriesInstanceUID');
      // Reports, plans and the list of a disc (DICOMDIR) are no images.
      if (!tags || !uid || !tags.has('Rows')) continue;
      const known = found.get(uid);
      found.set(
        uid,
        known ? { ...known, images: known.images + 1 } : { ...describe(uid, tags, folder), images: 1 },
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return [...found.values()].sort((a, b) => b.images - a.images || a.name.localeCompare(b.name));
}

const describe = (uid: string, tags: DicomTags, folder: string) => ({
  uid,
  name: tags.get('SeriesDescription')?.trim() || basename(folder),
  modality: tags.get('Modality')?.trim() ?? '',
});
