import { type Dataset, encodeDataset, TransferSyntax } from '../../src/dicom/dataset.ts';
import { newUid } from '../../src/dicom/uid.ts';
import { packed } from '../../src/foundation/archive.ts';

const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';

/** A DICOM series of its own, as a client sends it. */
export interface SyntheticSeries {
  readonly instances: readonly string[];
  /** One a slice. */
  readonly files: readonly { readonly name: string; readonly content: Buffer }[];
  readonly zip: Buffer;
}

/** A small MR series of a ball of a certain place; `change` alters the elements of a slice. */
export async function syntheticSeries(
  patient: string,
  change: (dataset: Dataset, slice: number) => Dataset = dataset => dataset,
): Promise<SyntheticSeries> {
  const [depth, height, width] = [8, 20, 16];
  const [study, series, frame] = [newUid(), newUid(), newUid()];
  const slices = Array.from({ length: depth }, (_, z) => {
    const pixels = Uint16Array.from({ length: height * width }, (_, at) => {
      const [y, x] = [Math.floor(at / width), at % width];
      return (Math.hypot(z - 4, y - 9, x - 7) < 4 ? 900 : 100) + ((at * 7919 + z * 104729) % 97);
    });
    return change(
      {
        _vrMap: { PixelData: 'OW' },
        SOPClassUID: MR_IMAGE,
        SOPInstanceUID: newUid(),
        StudyInstanceUID: study,
        SeriesInstanceUID: series,
        FrameOfReferenceUID: frame,
        Modality: 'MR',
        PatientName: patient,
        PatientID: patient,
        StudyDate: '20260102',
        StudyTime: '030405',
        InstanceNumber: `${z + 1}`,
        ImagePositionPatient: ['-10', '-12.5', `${3 * z}`],
        ImageOrientationPatient: ['1', '0', '0', '0', '1', '0'],
        PixelSpacing: ['2', '2'],
        SliceThickness: '3',
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: height,
        Columns: width,
        BitsAllocated: 16,
        BitsStored: 16,
        HighBit: 15,
        PixelRepresentation: 0,
        PixelData: [pixels.buffer],
      },
      z,
    );
  });
  const files = slices.map((dataset, z) => ({
    name: `${patient}/${z}.dcm`,
    content: encodeDataset(dataset, TransferSyntax.explicitLittleEndian),
  }));
  return {
    instances: slices.map(({ SOPInstanceUID }) => String(SOPInstanceUID)),
    files,
    zip: await packed(files),
  };
}
