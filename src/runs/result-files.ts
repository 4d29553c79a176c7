import { join } from 'node:path';
import type { ResultStructure } from '../dicom/common-modules.ts';
import { encodeRtStruct } from '../dicom/rtstruct.ts';
import { encodeSegmentation } from '../dicom/segmentation.ts';
import { readSourceSeries, type SourceSeries } from '../dicom/source-series.ts';
import { writeFileAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import type { SegmentedSubject } from '../inference/segment-subject.ts';
import { holdsDicom, isDicomFile } from '../volume/formats/dicom.ts';
import { SEGMENTATION_FILE } from './write-prediction.ts';

/** In what a segmentation is written. */
export const RESULT_FORMATS = ['nifti', 'rtstruct', 'seg'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Name of a subject's result in the subject's folder. */
export const RESULT_FILES: Readonly<Record<ResultFormat, string>> = {
  nifti: SEGMENTATION_FILE,
  rtstruct: 'segmentation_rtstruct.dcm',
  seg: 'segmentation_seg.dcm',
};

export const needsDicom = (formats: readonly ResultFormat[]): boolean =>
  formats.some(format => format !== 'nifti');

/** The DICOM series that an input is. @throws Fault where it is none. */
export async function sourceOf(input: string, series?: string): Promise<SourceSeries> {
  const isSeries = (await isDicomFile(input)) || (await holdsDicom(input).catch(() => false));
  if (isSeries) return readSourceSeries(input, series);
  throw new Fault('this is no DICOM series, and an RTSTRUCT or SEG refers to the slices of one', {
    place: { file: input },
    remedy: 'Name the folder of a series as --input, or take --format nifti.',
  });
}

/**
 * Writes the results in DICOM.
 * @param model `NAME:VERSION`.
 * @returns the files.
 */
export async function writeDicomResults(
  folder: string,
  source: SourceSeries,
  { labels }: SegmentedSubject,
  {
    formats,
    structures,
    model,
  }: {
    readonly formats: readonly ResultFormat[];
    readonly structures: readonly ResultStructure[];
    readonly model: string;
  },
): Promise<string[]> {
  const result = { labels, structures, model, created: new Date() };
  const files: string[] = [];
  for (const format of formats) {
    if (format === 'nifti') continue;
    const encode = format === 'rtstruct' ? encodeRtStruct : encodeSegmentation;
    const file = join(folder, RESULT_FILES[format]);
    await writeFileAtomically(file, encode(source, result));
    files.push(file);
  }
  return files;
}
