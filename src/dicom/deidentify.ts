import { randomBytes } from 'node:crypto';
import dcmjs from 'dcmjs';
import { Fault } from '../foundation/fault.ts';
import { readElements } from './dataset.ts';
import { uid } from './uid.ts';

/** An element as dcmjs keeps it. */
interface Element {
  vr: string;
  Value: unknown[];
}
type Elements = Record<string, Element>;

/** The way back from what was de-identified. It names the patient. */
export interface IdentityKey {
  readonly innereye_identity_key: 1;
  /** Of a patient and study whatever was taken away, by tag, as it was. */
  readonly studies: Record<string, { readonly pseudonym: string; readonly elements: Elements }>;
  /** The first unique identifier of each new one. */
  readonly uids: Record<string, string>;
  /** Makes the new identifiers; without it nobody can tell whose they are. */
  readonly secret: string;
}

export const newIdentityKey = (): IdentityKey => ({
  innereye_identity_key: 1,
  studies: {},
  uids: {},
  secret: randomBytes(32).toString('hex'),
});

const { nameMap } = dcmjs.data.DicomMetaDictionary;

/** The tag of a keyword, eight hexadecimal digits. */
function tagOf(keyword: string): string {
  const entry = nameMap[keyword];
  if (!entry) throw new Error(`DICOM has no element ${keyword}`);
  return entry.tag.replace(/[(),]/g, '').toUpperCase();
}

/**
 * All that a scan keeps: what its pixels mean and where they lie. Everything else goes, private elements and free texts
 * too: a list of what to remove (PS3.15, E) is never complete.
 */
const KEPT = [
  ...['SpecificCharacterSet', 'ImageType', 'SOPClassUID', 'Modality', 'BodyPartExamined', 'PatientPosition'],
  ...['ScanningSequence', 'SequenceVariant', 'ScanOptions', 'MRAcquisitionType', 'SliceThickness', 'KVP'],
  ...['RepetitionTime', 'EchoTime', 'InversionTime', 'NumberOfAverages', 'ImagingFrequency', 'EchoNumbers'],
  ...[
    'MagneticFieldStrength',
    'SpacingBetweenSlices',
    'FlipAngle',
    'GantryDetectorTilt',
    'ConvolutionKernel',
  ],
  ...['SeriesNumber', 'AcquisitionNumber', 'InstanceNumber', 'ImagePositionPatient'],
  ...['ImageOrientationPatient', 'PositionReferenceIndicator', 'SliceLocation', 'SamplesPerPixel'],
  ...['PhotometricInterpretation', 'PlanarConfiguration', 'Rows', 'Columns', 'PixelSpacing', 'BitsAllocated'],
  ...['BitsStored', 'HighBit', 'PixelRepresentation', 'SmallestImagePixelValue', 'LargestImagePixelValue'],
  ...['PixelPaddingValue', 'WindowCenter', 'WindowWidth', 'RescaleIntercept', 'RescaleSlope', 'RescaleType'],
  ...['LossyImageCompression', 'LossyImageCompressionRatio', 'LossyImageCompressionMethod', 'PixelData'],
].map(tagOf);
const IDENTIFIERS = [
  ...['SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID', 'FrameOfReferenceUID'],
].map(tagOf);
/** Must be there, if empty. */
const EMPTIED = [
  ...[
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ReferringPhysicianName',
    'PatientBirthDate',
    'PatientSex',
  ],
  'StudyID',
].map(tagOf);
/** Of patient and study, to be put back into results. */
const RESTORED = [
  ...['PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientSex', 'PatientAge'],
  ...['PatientSize', 'PatientWeight', 'StudyDate', 'StudyTime', 'AccessionNumber', 'ReferringPhysicianName'],
  ...['StudyDescription', 'StudyID'],
].map(tagOf);
const MARKS = ['PatientIdentityRemoved', 'DeidentificationMethod'].map(tagOf);
const [STUDY, NAME, ID] = ['StudyInstanceUID', 'PatientName', 'PatientID'].map(tagOf) as [
  string,
  string,
  string,
];
const [IDENTITY_REMOVED, METHOD] = MARKS as [string, string];
const META_INSTANCE = '00020003';

/**
 * A DICOM slice without what says whose it is.
 * @param key is filled with the way back.
 * @throws Fault where the file cannot be read, or has several frames, whose places would be lost.
 */
export async function deidentifyFile(file: string, key: IdentityKey): Promise<Buffer> {
  const dicom = await readElements(file, { pixels: true });
  const elements = dicom.dict as Elements;
  if (Number(elements[tagOf('NumberOfFrames')]?.Value[0] ?? 1) > 1) {
    throw new Fault('a file with several frames cannot be de-identified', {
      place: { file },
      remedy: 'Convert it to a series of single slices first.',
    });
  }
  const kept: Elements = {};
  for (const tag of KEPT) if (elements[tag]) kept[tag] = elements[tag];
  for (const tag of EMPTIED) kept[tag] = { vr: elements[tag]?.vr ?? vrOf(tag), Value: [] };
  for (const tag of IDENTIFIERS) {
    const [original] = elements[tag]?.Value ?? [];
    if (typeof original !== 'string' || original === '') continue;
    const made = uid(key.secret, original);
    key.uids[made] = original;
    kept[tag] = { vr: 'UI', Value: [made] };
  }
  const study = String(kept[STUDY]?.Value[0] ?? '');
  key.studies[study] ??= {
    pseudonym: `ANON-${Object.keys(key.studies).length + 1}`,
    elements: Object.fromEntries(RESTORED.flatMap(tag => (elements[tag] ? [[tag, elements[tag]]] : []))),
  };
  const { pseudonym } = key.studies[study];
  kept[NAME] = { vr: 'PN', Value: [{ Alphabetic: pseudonym }] };
  kept[ID] = { vr: 'LO', Value: [pseudonym] };
  kept[IDENTITY_REMOVED] = { vr: 'CS', Value: ['YES'] };
  kept[METHOD] = { vr: 'LO', Value: ['InnerEye: only what pixels mean and where they lie'] };
  dicom.dict = kept;
  (dicom.meta as Elements)[META_INSTANCE] = kept[IDENTIFIERS[0]!]!;
  return Buffer.from(dicom.write());
}

/**
 * A result of a de-identified scan as one of the scan itself.
 * @throws Fault where it does not belong to the key.
 */
export async function reidentifyFile(file: string, key: IdentityKey): Promise<Buffer> {
  const dicom = await readElements(file, { pixels: true });
  const elements = dicom.dict as Elements;
  const study = key.studies[String(elements[STUDY]?.Value[0] ?? '')];
  if (!study) {
    throw new Fault('the result is of no scan that was de-identified with this key', {
      place: { file },
      remedy: 'Name the key that `innereye dicom deidentify` wrote for its scan.',
    });
  }
  withFirstUids(elements, key.uids);
  for (const tag of [...RESTORED, ...MARKS]) delete elements[tag];
  dicom.dict = { ...elements, ...study.elements };
  return Buffer.from(dicom.write());
}

/** Puts the first identifiers back, in sequences too. */
function withFirstUids(elements: Elements, uids: Readonly<Record<string, string>>): void {
  for (const element of Object.values(elements)) {
    if (element.vr === 'UI') element.Value = element.Value.map(value => uids[String(value)] ?? value);
    else if (element.vr === 'SQ') for (const item of element.Value) withFirstUids(item as Elements, uids);
  }
}

const vrOf = (tag: string): string =>
  Object.values(nameMap).find(entry => entry.tag?.replace(/[(),]/g, '').toUpperCase() === tag)?.vr ?? 'LO';
