import { version } from '../foundation/version.ts';
import type { Dataset } from './dataset.ts';
import type { SourceInstance, SourceSeries } from './source-series.ts';
import { newUid } from './uid.ts';
import { dateAndTime, limited } from './values.ts';

/** A structure as results name it. */
export interface ResultStructure {
  /** As the configuration has it; what people read is `display_name`. */
  readonly name: string;
  readonly display_name: string;
  /** "#rrggbb" */
  readonly color: string;
  readonly roi_type: string;
  readonly fill_holes: boolean;
}

/** What was found in a scan. */
export interface SegmentationResult {
  /** Index of its structure + 1 for each voxel `[z, y, x]` of the series, 0 for the background. */
  readonly labels: Uint8Array;
  readonly structures: readonly ResultStructure[];
  /** `NAME:VERSION` of the model. */
  readonly model: string;
  readonly created: Date;
}

/** Of the patient and the study; a result belongs to the same. */
const TAKEN_OVER = [
  ...['StudyDate', 'StudyTime', 'AccessionNumber', 'ReferringPhysicianName', 'StudyDescription'],
  ...['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex', 'PatientAge'],
  ...['PatientSize', 'PatientWeight', 'StudyInstanceUID', 'StudyID', 'PatientIdentityRemoved'],
  ...['DeidentificationMethod', 'LongitudinalTemporalInformationModified'],
];
/** Must be there, if empty. */
const REQUIRED = [
  ...['StudyDate', 'StudyTime', 'AccessionNumber', 'ReferringPhysicianName', 'PatientName', 'PatientID'],
  ...['PatientBirthDate', 'PatientSex', 'StudyID'],
];

/** The elements that all results have: of whom, of what, by what. */
export function commonElements(
  series: SourceSeries,
  result: SegmentationResult,
  modality: 'RTSTRUCT' | 'SEG',
): Dataset {
  const { header } = series;
  const { date, time } = dateAndTime(result.created);
  const taken = TAKEN_OVER.filter(name => header[name] !== undefined).map(name => [name, header[name]]);
  return {
    ...Object.fromEntries(REQUIRED.map(name => [name, ''])),
    ...Object.fromEntries(taken),
    SOPInstanceUID: newUid(),
    SeriesInstanceUID: newUid(),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    Modality: modality,
    SeriesDescription: limited('LO', `Segmentation by ${result.model}, not for clinical use`),
    SeriesNumber: '1',
    Manufacturer: 'InnerEye',
    ManufacturerModelName: 'InnerEye for VS Code',
    DeviceSerialNumber: limited('LO', version),
    SoftwareVersions: limited('LO', result.model),
    FrameOfReferenceUID: header.FrameOfReferenceUID ?? newUid(),
    PositionReferenceIndicator: header.PositionReferenceIndicator ?? '',
  };
}

/** A reference to a slice: an instance, or a frame of one. */
export const referenceTo = ({ sopClass, sopInstance, frame }: SourceInstance): Dataset => ({
  ReferencedSOPClassUID: sopClass,
  ReferencedSOPInstanceUID: sopInstance,
  ...(frame !== undefined && { ReferencedFrameNumber: `${frame}` }),
});

/** References to the instances of a series, each once. */
export function referencesToInstances({ instances }: SourceSeries): Dataset[] {
  const once = new Map(instances.map(({ frame: _, ...instance }) => [instance.sopInstance, instance]));
  return [...once.values()].map(referenceTo);
}
