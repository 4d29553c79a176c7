import { version } from '../foundation/version.ts';
import {
  commonElements,
  referencesToInstances,
  referenceTo,
  type SegmentationResult,
} from './common-modules.ts';
import { type Dataset, encodeDataset, TransferSyntax } from './dataset.ts';
import type { SourceSeries } from './source-series.ts';
import { newUid } from './uid.ts';
import { cieLab, dateAndTime, decimalString, limited } from './values.ts';

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';

const code = (CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string): Dataset => ({
  CodeValue,
  CodingSchemeDesignator,
  CodeMeaning,
});
/** What a structure is, nobody has said in a code: only that it is of the body. */
const TISSUE = code('85756007', 'SCT', 'Tissue');
const SOURCE = code('121322', 'DCM', 'Source image for image processing operation');
const DERIVED = code('113076', 'DCM', 'Segmentation');

/** A frame of the object: one structure in one slice. */
interface Frame {
  readonly segment: number;
  readonly slice: number;
}

/** A binary Segmentation of a segmentation (PS3.3, A.51): a bit a voxel, of the slices that hold a structure. */
export function encodeSegmentation(series: SourceSeries, result: SegmentationResult): Buffer {
  const common = commonElements(series, result, 'SEG');
  const { date, time } = dateAndTime(result.created);
  const [, height, width] = series.shape;
  const frames = framesOf(series, result);
  const dimensions = newUid();
  const { pixelSpacing, sliceSpacing, orientation } = series;
  const dimension = (pointer: number, group: number, DimensionDescriptionLabel: string): Dataset => ({
    DimensionOrganizationUID: dimensions,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: group,
    DimensionDescriptionLabel,
  });
  return encodeDataset(
    {
      _vrMap: { PixelData: 'OB' },
      ...common,
      SOPClassUID: SEGMENTATION,
      ImageType: ['DERIVED', 'PRIMARY'],
      InstanceNumber: '1',
      ContentDate: date,
      ContentTime: time,
      ContentLabel: 'SEGMENTATION',
      ContentDescription: limited('LO', `${result.model}, not for clinical use`),
      ContentCreatorName: '',
      SegmentationType: 'BINARY',
      SegmentSequence: result.structures.map(({ display_name, color }, index) => ({
        SegmentNumber: index + 1,
        SegmentLabel: limited('LO', display_name),
        SegmentAlgorithmType: 'AUTOMATIC',
        SegmentAlgorithmName: limited('LO', `${result.model} (InnerEye ${version})`),
        SegmentedPropertyCategoryCodeSequence: [TISSUE],
        SegmentedPropertyTypeCodeSequence: [TISSUE],
        RecommendedDisplayCIELabValue: cieLab(color),
      })),
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: height,
      Columns: width,
      BitsAllocated: 1,
      BitsStored: 1,
      HighBit: 0,
      PixelRepresentation: 0,
      LossyImageCompression: '00',
      NumberOfFrames: `${frames.length}`,
      DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimensions }],
      // The tags of ReferencedSegmentNumber and ImagePositionPatient, each in its functional group.
      DimensionIndexSequence: [
        dimension(0x0062000b, 0x0062000a, 'Segment Number'),
        dimension(0x00200032, 0x00209113, 'Image Position Patient'),
      ],
      ReferencedSeriesSequence: [
        {
          SeriesInstanceUID: series.header.SeriesInstanceUID,
          ReferencedInstanceSequence: referencesToInstances(series),
        },
      ],
      SharedFunctionalGroupsSequence: [
        {
          PlaneOrientationSequence: [{ ImageOrientationPatient: orientation.map(v => decimalString(v)) }],
          PixelMeasuresSequence: [
            {
              SliceThickness: decimalString(sliceSpacing),
              SpacingBetweenSlices: decimalString(sliceSpacing),
              PixelSpacing: pixelSpacing.map(v => decimalString(v)),
            },
          ],
        },
      ],
      PerFrameFunctionalGroupsSequence: frames.map(frame => functionalGroups(series, frame)),
      PixelData: [bitsOf(series, result.labels, frames).buffer],
    },
    TransferSyntax.explicitLittleEndian,
  );
}

/** Frames by structure, then place; where nothing was found one empty frame, as there must be some. */
function framesOf(series: SourceSeries, { labels, structures }: SegmentationResult): Frame[] {
  const [depth, height, width] = series.shape;
  const frames: Frame[] = [];
  for (let segment = 1; segment <= structures.length; segment++) {
    for (let slice = 0; slice < depth; slice++) {
      const plane = labels.subarray(slice * height * width, (slice + 1) * height * width);
      if (plane.includes(segment)) frames.push({ segment, slice });
    }
  }
  return frames.length > 0 ? frames : [{ segment: 1, slice: 0 }];
}

function functionalGroups({ instances }: SourceSeries, { segment, slice }: Frame): Dataset {
  const instance = instances[slice]!;
  return {
    FrameContentSequence: [{ DimensionIndexValues: [segment, slice + 1] }],
    PlanePositionSequence: [{ ImagePositionPatient: instance.position.map(v => decimalString(v)) }],
    DerivationImageSequence: [
      {
        SourceImageSequence: [
          {
            ...referenceTo(instance),
            PurposeOfReferenceCodeSequence: [SOURCE],
            SpatialLocationsPreserved: 'YES',
          },
        ],
        DerivationCodeSequence: [DERIVED],
      },
    ],
    SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
  };
}

/** The frames one after the other, eight voxels a byte, the first in the lowest bit; an even number of bytes. */
function bitsOf({ shape }: SourceSeries, labels: Uint8Array, frames: readonly Frame[]): Uint8Array {
  const plane = shape[1] * shape[2];
  const bytes = new Uint8Array(2 * Math.ceil((frames.length * plane) / 16));
  let bit = 0;
  for (const { segment, slice } of frames) {
    for (let index = slice * plane; index < (slice + 1) * plane; index++, bit++) {
      if (labels[index] === segment) bytes[bit >> 3]! |= 1 << (bit & 7);
    }
  }
  return bytes;
}
