import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { subjectIdOf } from '../../src/dataset/volume-name.ts';
import { packed } from '../../src/foundation/archive.ts';
import { writeFileAtomically } from '../../src/foundation/atomic-file.ts';
import { Fault } from '../../src/foundation/fault.ts';
import type { LocalService } from './local-service.ts';

/**
 * Sends a scan to a service and keeps its answer.
 * @param scan a volume, or the folder of a DICOM series.
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
  const body = await contentOf(scan);
  const query = new URLSearchParams({ model, format: 'nifti', ...(series !== undefined && { series }) });
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
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(file, Buffer.from(await answer.arrayBuffer()));
  return file;
}

/** A volume as it is; of a folder an archive with its files. */
async function contentOf(scan: string): Promise<Buffer> {
  if (!(await stat(scan)).isDirectory()) return readFile(scan);
  const entries = await readdir(scan, { withFileTypes: true });
  const names = entries.filter(entry => entry.isFile()).map(({ name }) => name);
  // Names of files may be those of patients: the service needs none.
  return packed(
    await Promise.all(
      names.map(async (name, index) => ({ name: `${index}.dcm`, content: await readFile(join(scan, name)) })),
    ),
  );
}
