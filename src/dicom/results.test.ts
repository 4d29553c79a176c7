import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVolume } from '../volume/read.ts';
import type { SegmentationResult } from './common-modules.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { encodeRtStruct } from './rtstruct.ts';
import { encodeSegmentation } from './segmentation.ts';
import { pointInPatient, readSourceSeries, type SourceSeries } from './source-series.ts';

const folder = resolve('src/volume/fixtures/dicom/one');
const root = mkdtempSync(join(tmpdir(), 'innereye-dicom-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const sequence = (dataset: Dataset, name: string) => dataset[name] as Dataset[];
const structure = (name: string, more: object = {}) => ({
  name,
  display_name: name,
  color: '#e6194b',
  roi_type: 'ORGAN',
  fill_holes: false,
  ...more,
});

let series: SourceSeries;
let result: SegmentationResult;
beforeAll(async () => {
  series = await readSourceSeries(folder);
  const [depth, height, width] = series.shape;
  const labels = new Uint8Array(depth * height * width);
  // A block of the first structure in the lowest two slices; none of the second.
  for (const z of [0, 1])
    for (const y of [1, 2]) for (const x of [0, 1]) labels[(z * height + y) * width + x] = 1;
  result = {
    labels,
    structures: [
      structure('liver', { display_name: 'L'.repeat(80) }),
      structure('body', { roi_type: 'NONE' }),
    ],
    model: 'a name that is long:1',
    created: new Date('2026-01-02T03:04:05Z'),
  };
});

/** What another program would read. */
async function read(bytes: Buffer): Promise<Dataset> {
  const file = join(root, 'written.dcm');
  writeFileSync(file, bytes);
  return readDataset(file);
}

describe('a series that was segmented', () => {
  it('has its slices where its volume has them', async () => {
    const { affine, shape } = await readVolume(folder);
    expect(series.shape).toEqual(shape);
    for (const [z, instance] of series.instances.entries()) {
      const [x, y, height] = pointInPatient(series, instance, 2, 1);
      const at = (row: number) =>
        affine[4 * row]! * 2 + affine[4 * row + 1]! + affine[4 * row + 2]! * z + affine[4 * row + 3]!;
      // NIfTI's axes run to the right and to the front, DICOM's to the left and to the back.
      [at(0) + x, at(1) + y, at(2) - height].forEach(rest => void expect(rest).toBeCloseTo(0, 6));
    }
    expect(new Set(series.instances.map(({ sopInstance }) => sopInstance)).size).toBe(shape[0]);
  });
});

describe('an RTSTRUCT', () => {
  it('names, colours and outlines what was found, in the slices it was found in', async () => {
    const written = await read(encodeRtStruct(series, result));
    expect(written).toMatchObject({ Modality: 'RTSTRUCT', StructureSetLabel: 'a name that is l' });
    expect(sequence(written, 'StructureSetROISequence').map(({ ROIName }) => ROIName)).toEqual([
      'L'.repeat(64),
      'body',
    ]);
    const [found, absent] = sequence(written, 'ROIContourSequence');
    expect(found!.ROIDisplayColor).toEqual([230, 25, 75]);
    expect(absent!.ContourSequence).toBeUndefined();
    const contours = sequence(found!, 'ContourSequence');
    expect(
      contours.map(contour => sequence(contour, 'ContourImageSequence')[0]!.ReferencedSOPInstanceUID),
    ).toEqual(series.instances.slice(0, 2).map(({ sopInstance }) => sopInstance));
    const points = contours[0]!.ContourData as number[];
    expect(points).toHaveLength(3 * Number(contours[0]!.NumberOfContourPoints));
    // Between the first voxel's edge and the second's, along x.
    const first = pointInPatient(series, series.instances[0]!, -0.49, 1);
    const distances = Array.from({ length: points.length / 3 }, (_, i) =>
      Math.hypot(...first.map((value, axis) => value - points[3 * i + axis]!)),
    );
    expect(Math.min(...distances)).toBeLessThan(1e-3);
  });

  it('is of the same patient and study, and refers to each slice', async () => {
    const written = await read(encodeRtStruct(series, result));
    expect(written.StudyInstanceUID).toBe(series.header.StudyInstanceUID);
    expect(written.SeriesInstanceUID).not.toBe(series.header.SeriesInstanceUID);
    const [frame] = sequence(written, 'ReferencedFrameOfReferenceSequence');
    const [study] = sequence(frame!, 'RTReferencedStudySequence');
    const [referenced] = sequence(study!, 'RTReferencedSeriesSequence');
    expect(referenced!.SeriesInstanceUID).toBe(series.header.SeriesInstanceUID);
    expect(sequence(referenced!, 'ContourImageSequence')).toHaveLength(series.shape[0]);
    expect(sequence(written, 'RTROIObservationsSequence').map(roi => roi.RTROIInterpretedType || '')).toEqual(
      ['ORGAN', ''],
    );
  });
});

describe('a SEG', () => {
  it('has a frame for each slice that holds a structure', async () => {
    const written = await read(encodeSegmentation(series, result));
    expect(written).toMatchObject({ Modality: 'SEG', SegmentationType: 'BINARY', NumberOfFrames: 2 });
    expect(sequence(written, 'SegmentSequence')).toHaveLength(2);
    const frames = sequence(written, 'PerFrameFunctionalGroupsSequence');
    expect(frames.map(frame => sequence(frame, 'PlanePositionSequence')[0]!.ImagePositionPatient)).toEqual(
      series.instances.slice(0, 2).map(({ position }) => position),
    );
  });

  it('has one empty frame where nothing was found', async () => {
    const nothing = { ...result, labels: new Uint8Array(result.labels.length) };
    expect(await read(encodeSegmentation(series, nothing))).toMatchObject({ NumberOfFrames: 1 });
  });
});
