import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { subjectIdOf } from '../../src/dataset/volume-name.ts';
import { packed } from '../../src/foundation/archive.ts';
import { writeFileAtomically } from '../../src/foundation/atomic-file.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { makeFolder } from '../../src/foundation/folder.ts';
import { readDicomTags } from '../../src/volume/formats/dicom-tags.ts';
import type { LocalService } from './local-service.ts';

/**
 * Sends a scan to a service and keeps its answer.
 * @param scan a volume, the folder of a DICOM series, or a slice of one, which stands for the series as in the viewer.
 * @param series SeriesInstanceUID, where the folder holds several.
 * @returns the label map, in a folder of the scan's name below `output`.
 * @throws Fault with what the service said where it does not segment the scan, or is gone.
 */
export async function sendScan(
  { address, secret, model }: Pick<LocalService, 'address' | 'secret' | 'model'>,
  scan: string,
  output: string,
  { series, signal }: { readonly series?: string | undefined; readonly signal: AbortSignal },
): Promise<string> {
  const uid = series ?? (await seriesOf(scan));
  const body = await contentOf(scan, uid);
  const query = new URLSearchParams({ model, format: 'nifti', ...(uid !== undefined && { series: uid }) });
  let answer: Response;
  try {
    answer = await fetch(`${address}/v1/predict?${query}`, {
      method: 'POST',
      headers: { API_AUTH_SECRET: secret, 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new Fault('the service does not answer', {
      remedy: 'Serve the model again: InnerEye: Serve Locally.',
      cause: error,
    });
  }
  if (!answer.ok) {
    const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
    throw new Fault(
      `${basename(scan)} was not segmented: ${detail ?? `the service answers ${answer.status}`}`,
      {
        place: { file: scan },
      },
    );
  }
  const folder = join(output, subjectIdOf(scan));
  const file = join(folder, 'segmentation.nii.gz');
  await makeFolder(folder);
  await writeFileAtomically(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** The series that a slice is of; undefined for volumes and folders. */
async function seriesOf(scan: string): Promise<string | undefined> {
  if ((await stat(scan)).isDirectory()) return undefined;
  return uidOf(scan);
}

const uidOf = async (file: string): Promise<string | undefined> =>
  (await readDicomTags(file).catch(() => undefined))?.get('SeriesInstanceUID');

/** A volume as it is; of a series an archive with the files of its folder that belong to it. */
async function contentOf(scan: string, series: string | undefined): Promise<Buffer> {
  const isFile = !(await stat(scan)).isDirectory();
  if (isFile && series === undefined) return readFile(scan);
  const folder = isFile ? dirname(scan) : scan;
  const entries = await readdir(folder, { withFileTypes: true });
  const files: { name: string; content: Buffer }[] = [];
  for (const entry of entries) {
    const file = join(folder, entry.name);
    if (!entry.isFile() || (series !== undefined && (await uidOf(file)) !== series)) continue;
    // Names of files may be those of patients: the service needs none.
    files.push({ name: `${files.length}.dcm`, content: await readFile(file) });
  }
  return packed(files);
}
