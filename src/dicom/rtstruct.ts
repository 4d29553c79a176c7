import {
  commonElements,
  referencesToInstances,
  referenceTo,
  type SegmentationResult,
} from './common-modules.ts';
import { traceContours } from './contours.ts';
import { type Dataset, encodeDataset, TransferSyntax } from './dataset.ts';
import { pointInPatient, type SourceSeries } from './source-series.ts';
import { dateAndTime, decimalString, limited, rgb } from './values.ts';

const RT_STRUCTURE_SET = '1.2.840.10008.5.1.4.1.1.481.3';
const STUDY_COMPONENT = '1.2.840.10008.3.1.2.3.1';
/** Behind the point of coordinates in mm: finer than any scanner. */
const DIGITS = 4;

/**
 * An RT Structure Set of a segmentation (PS3.3, A.19): closed planar contours in the slices of the series. In implicit
 * little endian: in the explicit one, the points of a contour may have 64 KiB only.
 */
export function encodeRtStruct(series: SourceSeries, result: SegmentationResult): Buffer {
  const common = commonElements(series, result, 'RTSTRUCT');
  const { date, time } = dateAndTime(result.created);
  const { structures } = result;
  const frame = common.FrameOfReferenceUID;
  const images = referencesToInstances(series);
  return encodeDataset(
    {
      ...common,
      SOPClassUID: RT_STRUCTURE_SET,
      OperatorsName: '',
      StructureSetLabel: limited('SH', result.model),
      StructureSetName: limited('LO', result.model),
      StructureSetDescription: limited('ST', 'Made by a program. Not for clinical use.'),
      StructureSetDate: date,
      StructureSetTime: time,
      ReferencedFrameOfReferenceSequence: [
        {
          FrameOfReferenceUID: frame,
          RTReferencedStudySequence: [
            {
              ReferencedSOPClassUID: STUDY_COMPONENT,
              ReferencedSOPInstanceUID: common.StudyInstanceUID,
              RTReferencedSeriesSequence: [
                { SeriesInstanceUID: series.header.SeriesInstanceUID, ContourImageSequence: images },
              ],
            },
          ],
        },
      ],
      StructureSetROISequence: structures.map(({ display_name }, index) => ({
        ROINumber: `${index + 1}`,
        ReferencedFrameOfReferenceUID: frame,
        ROIName: limited('LO', display_name),
        ROIGenerationAlgorithm: 'AUTOMATIC',
      })),
      ROIContourSequence: structures.map((structure, index) => {
        const contours = contoursOf(series, result.labels, index + 1, structure.fill_holes);
        return {
          ROIDisplayColor: rgb(structure.color),
          // An empty sequence is not allowed: a structure that was not found has none.
          ...(contours.length > 0 && { ContourSequence: contours }),
          ReferencedROINumber: `${index + 1}`,
        };
      }),
      RTROIObservationsSequence: structures.map(({ roi_type }, index) => ({
        ObservationNumber: `${index + 1}`,
        ReferencedROINumber: `${index + 1}`,
        // NONE is InnerEye's word for what DICOM leaves empty.
        RTROIInterpretedType: roi_type === 'NONE' ? '' : roi_type,
        ROIInterpreter: '',
      })),
      ApprovalStatus: 'UNAPPROVED',
    },
    TransferSyntax.implicitLittleEndian,
  );
}

function contoursOf(series: SourceSeries, labels: Uint8Array, value: number, fillHoles: boolean): Dataset[] {
  const [, height, width] = series.shape;
  return series.instances.flatMap((instance, z) => {
    const plane = z * height * width;
    const inside = (x: number, y: number) => labels[plane + y * width + x] === value;
    return traceContours(inside, width, height, fillHoles).map(points => ({
      ContourImageSequence: [referenceTo(instance)],
      ContourGeometricType: 'CLOSED_PLANAR',
      NumberOfContourPoints: `${points.length}`,
      ContourData: points.flatMap(([x, y]) =>
        pointInPatient(series, instance, x, y).map(coordinate => decimalString(coordinate, DIGITS)),
      ),
    }));
  });
}
