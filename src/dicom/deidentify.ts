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
  'BurnedInAnnotation',
].map(tagOf);
/** Values of ImageType that say what an image is; any other may be free text. */
const IMAGE_TYPES = new Set([
  ...['ORIGINAL', 'DERIVED', 'PRIMARY', 'SECONDARY', 'AXIAL', 'CORONAL', 'SAGITTAL', 'OBLIQUE', 'VOLUME'],
  ...['LOCALIZER', 'MPR', 'REFORMATTED', 'AVERAGE', 'PROJECTION IMAGE', 'MOSAIC', 'OTHER', 'NONE'],
  ...['M', 'P', 'R', 'I', 'PHASE', 'MAGNITUDE', 'SE', 'FFE', 'IR', 'DIFFUSION', 'ADC', 'TRACEW', 'FA', 'ND'],
  ...['NORM', 'DIS2D', 'DIS3D', 'FAT', 'WATER', 'IN_PHASE', 'OUT_PHASE'],
]);
/** Of the file's own header only what says how to read it: sender, receiver and private information go. */
const META_KEPT = ['00020001', '00020002', '00020003', '00020010', '00020012'];
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
const [IMAGE_TYPE, SOP_CLASS, BURNED_IN] = ['ImageType', 'SOPClassUID', 'BurnedInAnnotation'].map(tagOf) as [
  string,
  string,
  string,
];
/** Secondary captures: photographs of screens and the like. */
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
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
 * @param allowBurnedIn takes images too that may show the patient's name in their pixels.
 * @throws Fault where the file cannot be read, has several frames, whose places would be lost, does not say of which study
 *   it is, or is of another patient than the study's other files.
 */
export async function deidentifyFile(
  file: string,
  key: IdentityKey,
  { allowBurnedIn = false }: { readonly allowBurnedIn?: boolean | undefined } = {},
): Promise<Buffer> {
  const dicom = await readElements(file, { pixels: true });
  const elements = dicom.dict as Elements;
  if (Number(elements[tagOf('NumberOfFrames')]?.Value[0] ?? 1) > 1) {
    throw new Fault('a file with several frames cannot be de-identified', {
      place: { file },
      remedy: 'Convert it to a series of single slices first.',
    });
  }
  if (!allowBurnedIn) refuseBurnedIn(elements, file);
  const kept: Elements = {};
  for (const tag of KEPT) if (elements[tag]) kept[tag] = elements[tag];
  const types = elements[IMAGE_TYPE]?.Value.filter(value => IMAGE_TYPES.has(String(value)));
  if (types) kept[IMAGE_TYPE] = { vr: 'CS', Value: types };
  for (const tag of EMPTIED) kept[tag] = { vr: elements[tag]?.vr ?? vrOf(tag), Value: [] };
  for (const tag of IDENTIFIERS) {
    const [original] = elements[tag]?.Value ?? [];
    if (typeof original !== 'string' || original === '') continue;
    const made = uid(key.secret, original);
    key.uids[made] = original;
    kept[tag] = { vr: 'UI', Value: [made] };
  }
  const study = String(kept[STUDY]?.Value[0] ?? '');
  if (study === '') {
    throw new Fault('the file does not say of which study it is (StudyInstanceUID)', {
      place: { file },
      remedy: 'Without it there is no way back to the patient. Export the series again.',
    });
  }
  key.studies[study] ??= {
    pseudonym: `ANON-${Object.keys(key.studies).length + 1}`,
    elements: Object.fromEntries(RESTORED.flatMap(tag => (elements[tag] ? [[tag, elements[tag]]] : []))),
  };
  const { pseudonym, elements: known } = key.studies[study];
  const patient = (of: Elements) => JSON.stringify([NAME, ID].map(tag => of[tag]?.Value ?? []));
  if (patient(known) !== patient(elements)) {
    throw new Fault('the file is of another patient than other files of its study', {
      place: { file },
      remedy: 'Sort the files by patient, and correct the study of those that are in the wrong one.',
    });
  }
  kept[NAME] = { vr: 'PN', Value: [{ Alphabetic: pseudonym }] };
  kept[ID] = { vr: 'LO', Value: [pseudonym] };
  kept[IDENTITY_REMOVED] = { vr: 'CS', Value: ['YES'] };
  kept[METHOD] = { vr: 'LO', Value: ['InnerEye: only what pixels mean and where they lie'] };
  dicom.dict = kept;
  const meta = dicom.meta as Elements;
  for (const tag of Object.keys(meta)) if (!META_KEPT.includes(tag)) delete meta[tag];
  meta[META_INSTANCE] = kept[IDENTIFIERS[0]!]!;
  return Buffer.from(dicom.write());
}

/** @throws Fault where pixels may show who the patient is. */
function refuseBurnedIn(elements: Elements, file: string): void {
  const annotated = elements[BURNED_IN]?.Value[0] === 'YES';
  const captured = String(elements[SOP_CLASS]?.Value[0] ?? '').startsWith(SECONDARY_CAPTURE);
  if (!annotated && !captured) return;
  throw new Fault(
    annotated
      ? 'the image says that text is burned into its pixels (BurnedInAnnotation)'
      : 'the image is a secondary capture, whose pixels may show a name',
    {
      place: { file },
      remedy: 'Look at it. Where it shows nothing of the patient, give --allow-burned-in.',
    },
  );
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
