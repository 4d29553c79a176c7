import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readVolume } from '../volume/read.ts';
import { type Dataset, encodeDataset, readDataset, TransferSyntax } from './dataset.ts';
import { encodeRtStruct } from './rtstruct.ts';
import { readSourceSeries } from './source-series.ts';

const root = mkdtempSync(join(tmpdir(), 'innereye-frames-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
const write = (content: Buffer): string => {
  const file = join(root, `${count++}.dcm`);
  writeFileSync(file, content);
  return file;
};

/** Heights of the frames in the order of the file. */
const HEIGHTS = [6, 0, 9, 3];

/** An enhanced MR object whose voxels are its frames' heights. */
const enhanced = (change: (frame: Dataset, index: number) => Dataset = frame => frame, more: Dataset = {}) =>
  write(
    encodeDataset(
      {
        _vrMap: { PixelData: 'OW' },
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.4.1',
        SOPInstanceUID: '1.2.3.4',
        StudyInstanceUID: '1.2.3',
        SeriesInstanceUID: '1.2.3.9',
        FrameOfReferenceUID: '1.2.3.8',
        Modality: 'MR',
        NumberOfFrames: `${HEIGHTS.length}`,
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: 2,
        Columns: 3,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        SharedFunctionalGroupsSequence: [
          {
            PixelMeasuresSequence: [{ PixelSpacing: ['2', '1.5'], SliceThickness: '3' }],
            PlaneOrientationSequence: [{ ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'] }],
          },
        ],
        PerFrameFunctionalGroupsSequence: HEIGHTS.map((height, index) =>
          change({ PlanePositionSequence: [{ ImagePositionPatient: ['10', '20', `${height}`] }] }, index),
        ),
        PixelData: [Uint16Array.from(HEIGHTS.flatMap(height => Array(6).fill(height))).buffer],
        ...more,
      },
      TransferSyntax.explicitLittleEndian,
    ),
  );

describe('an enhanced object', () => {
  it('is a volume of its frames, in the order of their places', async () => {
    const { data, shape, affine } = await readVolume(enhanced());
    expect(shape).toEqual([4, 2, 3]);
    expect([0, 1, 2, 3].map(z => data[6 * z])).toEqual([0, 3, 6, 9]);
    expect(affine.map(value => value + 0)).toEqual([-1.5, 0, 0, -10, 0, -2, 0, -20, 0, 0, 3, 0, 0, 0, 0, 1]);
  });

  it('is referred to by its frames', async () => {
    const series = await readSourceSeries(enhanced());
    expect(series.instances.map(({ frame }) => frame)).toEqual([2, 4, 1, 3]);
    const labels = new Uint8Array(24);
    labels.fill(1, 6, 12);
    const structure = {
      name: 'a',
      display_name: 'a',
      color: '#ff0000',
      roi_type: 'ORGAN',
      fill_holes: false,
    };
    const result = { labels, structures: [structure], model: 'm:1', created: new Date() };
    const [roi] = (await readDataset(write(encodeRtStruct(series, result)))).ROIContourSequence as Dataset[];
    const [contour] = roi!.ContourSequence as Dataset[];
    expect((contour!.ContourImageSequence as Dataset[])[0]).toMatchObject({
      ReferencedSOPInstanceUID: '1.2.3.4',
      ReferencedFrameNumber: 4,
    });
  });

  it('is refused where frames have no place, or each a scale of its own', async () => {
    await expect(
      readVolume(enhanced(frame => frame, { PerFrameFunctionalGroupsSequence: [] })),
    ).rejects.toThrow('does not say where they lie');
    const scaled = enhanced((frame, index) => ({
      ...frame,
      PixelValueTransformationSequence: [
        { RescaleSlope: `${index + 1}`, RescaleIntercept: '0', RescaleType: 'US' },
      ],
    }));
    await expect(readVolume(scaled)).rejects.toThrow('each in its own way');
  });
});

describe('a folder of several series', () => {
  it('gives the one of a description, and none where two have it', async () => {
    const folder = mkdtempSync(join(root, 'several-'));
    const series = (uid: string, SeriesDescription: string) =>
      copyFileSync(
        enhanced(frame => frame, { SeriesInstanceUID: uid, SeriesDescription }),
        join(folder, `${uid}.dcm`),
      );
    series('1.1', 'T1 post');
    series('1.2', 'T2');
    expect((await readSourceSeries(folder, 'T1 post')).header.SeriesInstanceUID).toBe('1.1');
    expect((await readSourceSeries(folder, '1.2')).header.SeriesInstanceUID).toBe('1.2');
    await expect(readSourceSeries(folder)).rejects.toThrow('holds 2 DICOM series');
    series('1.3', 'T1 post');
    await expect(readSourceSeries(folder, 'T1 post')).rejects.toThrow('no DICOM series T1 post');
  });
});
