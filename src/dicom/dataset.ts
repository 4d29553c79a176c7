import { readFile } from 'node:fs/promises';
import dcmjs from 'dcmjs';
import { Fault } from '../foundation/fault.ts';
import { asReadFault } from '../foundation/file-fault.ts';
import { version } from '../foundation/version.ts';
import { uid } from './uid.ts';

/** Elements of a DICOM data set by their keywords; sequences are lists of such. */
export type Dataset = Record<string, unknown>;

export const TransferSyntax = {
  implicitLittleEndian: '1.2.840.10008.1.2',
  explicitLittleEndian: '1.2.840.10008.1.2.1',
} as const;

/** Of whoever wrote a file; derived from a random UUID, as the standard allows. */
const IMPLEMENTATION = uid('implementation', 'innereye');

dcmjs.log.setLevel('silent');
const { DicomDict, DicomMessage, DicomMetaDictionary } = dcmjs.data;

/** What a DICOM file says before its pixels. @throws Fault where it cannot be read. */
export async function readDataset(file: string): Promise<Dataset> {
  return DicomMetaDictionary.naturalizeDataset((await readElements(file, { pixels: false })).dict);
}

/** A whole DICOM file, to be changed and written again. @throws Fault where it cannot be read. */
export async function readElements(
  file: string,
  { pixels }: { readonly pixels: boolean },
): Promise<InstanceType<typeof DicomDict>> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw asReadFault(error, file);
  });
  try {
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    return DicomMessage.readFile(buffer, pixels ? {} : { untilTag: '7FE00010', includeUntilTagValue: false });
  } catch (error) {
    throw new Fault('the DICOM file cannot be read: it is damaged, or written in an unusual way', {
      place: { file },
      remedy: 'Export the series again.',
      cause: error,
    });
  }
}

/** The bytes of a DICOM file with this content. */
export function encodeDataset(dataset: Dataset, transferSyntax: string): Buffer {
  const meta = {
    _vrMap: { FileMetaInformationVersion: 'OB' },
    FileMetaInformationVersion: Uint8Array.of(0, 1).buffer,
    MediaStorageSOPClassUID: dataset.SOPClassUID,
    MediaStorageSOPInstanceUID: dataset.SOPInstanceUID,
    TransferSyntaxUID: transferSyntax,
    ImplementationClassUID: IMPLEMENTATION,
    ImplementationVersionName: `INNEREYE ${version}`.slice(0, 16),
  };
  const file = new DicomDict(DicomMetaDictionary.denaturalizeDataset(meta));
  file.dict = DicomMetaDictionary.denaturalizeDataset({ SpecificCharacterSet: 'ISO_IR 192', ...dataset });
  return Buffer.from(file.write());
}
