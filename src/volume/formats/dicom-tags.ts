import { Fault } from '../../foundation/fault.ts';
import { readRange, withFile } from '../stored-bytes.ts';

/** What one DICOM file says of its slice; texts as they are written, several values parted by backslashes. */
export type DicomTags = ReadonlyMap<string, string>;

/** Elements kept: those that tell series apart and place a slice. */
const wanted: Readonly<Record<number, string>> = {
  524310: 'SOPClassUID',
  524312: 'SOPInstanceUID',
  524384: 'Modality',
  528446: 'SeriesDescription',
  1572944: 'SliceThickness',
  1573000: 'SpacingBetweenSlices',
  2097166: 'SeriesInstanceUID',
  2097202: 'ImagePositionPatient',
  2097207: 'ImageOrientationPatient',
  2621442: 'SamplesPerPixel',
  2621448: 'NumberOfFrames',
  2621456: 'Rows',
  2621457: 'Columns',
  2621488: 'PixelSpacing',
  2621696: 'BitsAllocated',
  2621699: 'PixelRepresentation',
};

const pixelData = 0x7fe00010;
const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;
const unknownLength = 0xffffffff;
/** Value representations with a length of four bytes. */
const longRepresentations = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
/** Nesting of sequences followed at most. */
const deepest = 32;

/** Whether bytes begin as a DICOM file does (Part 10: a preamble, then DICM). */
export const isDicom = (head: Buffer): boolean => head.toString('latin1', 128, 132) === 'DICM';

/**
 * Reads the elements before the pixel data. Own code: ITK's WebAssembly starts anew for every file, and a folder has
 * hundreds. @throws Fault where the file is not DICOM or is damaged.
 */
export async function readDicomTags(file: string): Promise<DicomTags> {
  return withFile(file, async handle => {
    for (const length of [2 ** 16, 2 ** 22, 2 ** 26]) {
      const bytes = await readRange(handle, 0, length);
      if (!isDicom(bytes)) break;
      const tags = parseTags(bytes, file, (await handle.stat()).size);
      if (tags !== undefined) return tags;
      if (bytes.length < length) break;
    }
    throw new Fault('this is not a DICOM file, or its header is damaged', {
      place: { file },
      remedy: 'Export the series again.',
    });
  });
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  explicit: boolean;
}

/** The tags, or undefined where the bytes end before the pixel data. `size` is that of the file. */
function parseTags(bytes: Buffer, file: string, size: number): DicomTags | undefined {
  const tags = new Map<string, string>();
  const cursor: Cursor = { bytes, at: 132, explicit: true };
  let syntax = '1.2.840.10008.1.2';
  let inMeta = true;
  try {
    while (cursor.at < bytes.length) {
      if (inMeta && bytes.readUInt16LE(cursor.at) !== 2) {
        inMeta = false;
        cursor.explicit = syntax !== '1.2.840.10008.1.2';
        if (syntax === '1.2.840.10008.1.2.1.99' || syntax === '1.2.840.10008.1.2.2') {
          throw new Fault('the DICOM file is deflated or big-endian', {
            place: { file },
            remedy: 'Convert it to an explicit little-endian transfer syntax.',
          });
        }
      }
      const { tag, representation, length } = nextElement(cursor);
      if (tag === pixelData) {
        if (length !== unknownLength) checkPixels(tags, Math.min(length, size - cursor.at), file);
        return tags;
      }
      if (length === unknownLength) {
        skipSequence(cursor, 0);
        continue;
      }
      if (cursor.at + length > bytes.length) return undefined;
      const name = wanted[tag];
      if (tag === 0x00020010) syntax = textAt(cursor, length);
      else if (name !== undefined) {
        const number = representation === 'US' || (representation === '' && numeric.has(name));
        tags.set(name, number && length >= 2 ? `${bytes.readUInt16LE(cursor.at)}` : textAt(cursor, length));
      }
      cursor.at += length;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  // A file without pixel data: an RTSTRUCT, say.
  return tags;
}

/** Pixels that are not compressed must fill the slice: GDCM's own message for a cut file helps nobody. */
function checkPixels(tags: DicomTags, present: number, file: string): void {
  const number = (name: string) => Number(tags.get(name) ?? 1);
  const pixels = number('Rows') * number('Columns') * number('SamplesPerPixel') * number('NumberOfFrames');
  const promised = Math.floor((pixels * number('BitsAllocated')) / 8);
  if (!(promised <= present)) {
    throw new Fault(`the slice has ${promised} bytes of pixels but the file holds ${Math.max(0, present)}`, {
      place: { file },
      remedy: 'The file was not copied whole: copy or export it again.',
    });
  }
}

const numeric = new Set(['SamplesPerPixel', 'Rows', 'Columns', 'BitsAllocated', 'PixelRepresentation']);

const textAt = ({ bytes, at }: Cursor, length: number) =>
  bytes.toString('latin1', at, at + length).replace(/[\0 ]+$/, '');

/** Reads an element's tag and length and moves to its value. @throws RangeError at the end of the bytes. */
function nextElement(cursor: Cursor) {
  const { bytes, at } = cursor;
  const tag = bytes.readUInt16LE(at) * 65536 + bytes.readUInt16LE(at + 2);
  if (!cursor.explicit || (tag >= item && tag <= sequenceEnd)) {
    cursor.at += 8;
    return { tag, representation: '', length: bytes.readUInt32LE(at + 4) };
  }
  const representation = bytes.toString('latin1', at + 4, at + 6);
  const long = longRepresentations.has(representation);
  cursor.at += long ? 12 : 8;
  return { tag, representation, length: long ? bytes.readUInt32LE(at + 8) : bytes.readUInt16LE(at + 6) };
}

/** Moves behind a sequence of unknown length. */
function skipSequence(cursor: Cursor, depth: number): void {
  if (depth > deepest) throw new RangeError('nested too deep');
  for (;;) {
    const { tag, length } = nextElement(cursor);
    if (tag === sequenceEnd) return;
    if (tag !== item) throw new RangeError('not an item');
    if (length !== unknownLength) cursor.at += length;
    else skipItem(cursor, depth);
  }
}

function skipItem(cursor: Cursor, depth: number): void {
  for (;;) {
    const { tag, length } = nextElement(cursor);
    if (tag === itemEnd) return;
    if (length === unknownLength) skipSequence(cursor, depth + 1);
    else cursor.at += length;
  }
}
