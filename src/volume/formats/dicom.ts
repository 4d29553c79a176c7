import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Fault } from '../../foundation/fault.ts';
import { asReadFault } from '../../foundation/file-fault.ts';
import { readHead } from '../stored-bytes.ts';
import { type Volume, type VoxelData, voxelCount } from '../volume.ts';
import { FRAME, frameCount, slicesOfFrames } from './dicom-frames.ts';
import { type Slice, type SortedSeries, sortSlices } from './dicom-geometry.ts';
import { isDicom, readDicomTags } from './dicom-tags.ts';
import type { Format, ReadOptions } from './format.ts';

/** A folder with one DICOM series, or one slice. Voxels are decoded by ITK and GDCM, with the rescaling applied. */
export const dicom: Format = {
  name: 'DICOM (folder of a series, or one slice)',
  recognises: isDicom,
  readHeader: async (file, options) => (await findSeries(file, options)).header,
  readVolumes: async (file, options) => [await decodeSeries(await findSeries(file, options), file)],
  // A slice that is added may belong to the series, too.
  files: filesOf,
  check: async (file, options) => (await findSeries(file, options)).header,
};

/** Reads the series made of these files, in any order. @throws Fault where they are not one volume. */
export async function readDicomFiles(files: readonly string[], options: ReadOptions = {}): Promise<Volume> {
  if (files.length === 0) throw new Fault('there are no DICOM files to read');
  const slices = await Promise.all(files.map(async file => ({ file, tags: await readDicomTags(file) })));
  const chosen = await withFrames(chosenSeries(slices, files[0]!, options.series));
  return decodeSeries(sortSlices(chosen, files[0]!), files[0]!);
}

/** Whether a folder holds DICOM files, whatever their names. @throws Fault where it cannot be read. */
export async function holdsDicom(folder: string): Promise<boolean> {
  for (const file of await filesOf(folder)) if (await isDicomFile(file)) return true;
  return false;
}

/** Whether a file is DICOM by its content; false where it is missing or cut off. */
export const isDicomFile = (file: string): Promise<boolean> =>
  readHead(file, 132).then(
    ({ bytes }) => isDicom(bytes),
    () => false,
  );

/** Another slice of the series that a slice belongs to, in the same folder; undefined where it is the only one. */
export async function otherSlice(file: string): Promise<string | undefined> {
  const series = (await readDicomTags(file)).get('SeriesInstanceUID');
  const path = resolve(file);
  for (const other of await filesOf(dirname(path))) {
    if (other === path || !(await isDicomFile(other))) continue;
    if ((await readDicomTags(other)).get('SeriesInstanceUID') === series) return other;
  }
  return undefined;
}

/**
 * The slices of the one series in a folder, or of the chosen one, in their order in the volume.
 * @throws Fault where there are several and none is chosen, or they are not one volume.
 */
export async function findSeries(path: string, { series }: ReadOptions): Promise<SortedSeries> {
  const files = await filesOf(path);
  const slices: Slice[] = [];
  for (const file of files) {
    // A folder may hold other files too.
    if (files.length > 1 && !isDicom((await readHead(file, 132)).bytes)) continue;
    slices.push({ file, tags: await readDicomTags(file) });
  }
  return sortSlices(await withFrames(chosenSeries(slices, path, series)), path);
}

/** The slices, where a series is one file with several frames its frames. */
async function withFrames(slices: readonly Slice[]): Promise<readonly Slice[]> {
  const [only, ...others] = slices;
  return others.length === 0 && frameCount(only!.tags) > 1 ? slicesOfFrames(only!) : slices;
}

/** The files of a folder, by name, or the file itself. */
async function filesOf(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter(entry => !entry.isDirectory())
      .map(entry => join(path, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw asReadFault(error, path);
  }
}

/** The slices of the chosen series, or of the only one. */
function chosenSeries(slices: readonly Slice[], place: string, series: string | undefined): readonly Slice[] {
  const found = new Map<string, Slice[]>();
  for (const slice of slices) {
    // Without rows it is no image: a DICOMDIR, an RTSTRUCT.
    if (!slice.tags.has('Rows')) continue;
    const uid = slice.tags.get('SeriesInstanceUID') ?? '';
    if (!found.get(uid)?.push(slice)) found.set(uid, [slice]);
  }
  const chosen =
    series === undefined && found.size === 1
      ? [...found.values()][0]
      : (found.get(series ?? '') ?? onlyDescribed([...found.values()], series));
  if (chosen !== undefined) return chosen;
  const list = [...found]
    .map(([uid, [first, ...rest]]) => {
      const { tags } = first!;
      return `${uid} (${[tags.get('Modality'), tags.get('SeriesDescription')].filter(Boolean).join(', ')}, ${rest.length + 1} images)`;
    })
    .join('; ');
  throw new Fault(
    found.size === 0
      ? 'there is no DICOM image here'
      : series === undefined
        ? `the folder holds ${found.size} DICOM series`
        : `there is no DICOM series ${series} here`,
    {
      place: { file: place },
      remedy: found.size === 0 ? 'Name the folder of a series.' : `Choose one with --series UID: ${list}`,
    },
  );
}

/** The series of a description, where there is one alone: of every patient's scans it is called the same. */
function onlyDescribed(found: readonly Slice[][], description: string | undefined): Slice[] | undefined {
  const [first, ...others] = found.filter(
    ([slice]) => description && slice!.tags.get('SeriesDescription')?.trim() === description.trim(),
  );
  return others.length === 0 ? first : undefined;
}

async function decodeSeries({ slices, files, header }: SortedSeries, place: string): Promise<Volume> {
  // Loaded only here: its start takes a fifth of a second.
  const { readImageDicomFileSeriesNode } = await import('@itk-wasm/dicom');
  const data = await readImageDicomFileSeriesNode({
    inputImages: [...new Set(files)].map(file => resolve(file)),
    singleSortedSeries: true,
  }).then(
    ({ outputImage }) => outputImage?.data,
    () => undefined,
  );
  if (!ArrayBuffer.isView(data) || (data as VoxelData).length !== voxelCount(header.shape)) {
    throw new Fault('the voxels of the DICOM series could not be decoded', {
      place: { file: place },
      remedy:
        'The files are damaged or compressed in an unusual way: convert them, for example with dcm2niix.',
    });
  }
  return { data: inOrder(data as VoxelData, slices), shape: header.shape, affine: header.affine };
}

/** Frames are decoded in the order of their file. */
function inOrder(data: VoxelData, slices: readonly Slice[]): VoxelData {
  const frames = slices.map(({ tags }) => Number(tags.get(FRAME) ?? 0) - 1);
  if (frames.every((frame, z) => frame === -1 || frame === z)) return data;
  const plane = data.length / slices.length;
  const ordered = data.slice();
  for (const [z, frame] of frames.entries())
    ordered.set(data.subarray(frame * plane, (frame + 1) * plane) as never, z * plane);
  return ordered;
}
