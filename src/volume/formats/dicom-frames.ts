import { readFile } from 'node:fs/promises';
import { Fault } from '../../foundation/fault.ts';
import type { Slice } from './dicom-geometry.ts';
import type { DicomTags } from './dicom-tags.ts';

type Item = Readonly<Record<string, unknown>>;

/** Name under which a slice that is a frame of a file has its number, from 1. */
export const FRAME = 'FrameNumber';

/** Where elements of slices lie in an enhanced object: in the frame's own functional groups, or those of all frames. */
const GROUPS = {
  ImagePositionPatient: 'PlanePositionSequence',
  ImageOrientationPatient: 'PlaneOrientationSequence',
  PixelSpacing: 'PixelMeasuresSequence',
  SliceThickness: 'PixelMeasuresSequence',
} as const;

export const frameCount = (tags: DicomTags): number => Number(tags.get('NumberOfFrames') ?? 1);

/**
 * The frames of an enhanced CT, MR or PET object (PS3.3, C.7.6.16) as slices, in the file's order.
 * @throws Fault where it does not say where its frames lie.
 */
export async function slicesOfFrames({ file, tags }: Slice): Promise<Slice[]> {
  const dataset = await readElements(file);
  const [shared] = itemsOf(dataset, 'SharedFunctionalGroupsSequence');
  const frames = itemsOf(dataset, 'PerFrameFunctionalGroupsSequence');
  const count = frameCount(tags);
  if (frames.length !== count) {
    throw new Fault(
      frames.length === 0
        ? 'the file has several frames and does not say where they lie'
        : `the file has ${count} frames, and says of ${frames.length} where they lie`,
      {
        place: { file },
        remedy: 'Only enhanced CT, MR and PET objects can be read: convert it, for example with dcm2niix.',
      },
    );
  }
  const scales = new Set(
    frames.map(frame => {
      const [scale] = itemsOf(frame, 'PixelValueTransformationSequence');
      return `${scale?.RescaleSlope}, ${scale?.RescaleIntercept}`;
    }),
  );
  if (scales.size > 1) {
    // GDCM would scale them all as the first.
    throw new Fault('the frames of the file are scaled each in its own way', {
      place: { file },
      remedy: 'Convert it, for example with dcm2niix.',
    });
  }
  return frames.map((frame, index) => {
    const own = new Map(tags);
    own.delete('NumberOfFrames');
    own.set(FRAME, String(index + 1));
    for (const [name, group] of Object.entries(GROUPS)) {
      const value = itemsOf(frame, group)[0]?.[name] ?? (shared && itemsOf(shared, group)[0]?.[name]);
      if (value !== undefined) own.set(name, Array.isArray(value) ? value.join('\\') : String(value));
    }
    return { file, tags: own };
  });
}

async function readElements(file: string): Promise<Item> {
  // Loaded only here: hardly any series is of this kind.
  const { default: dcmjs } = await import('dcmjs');
  dcmjs.log.setLevel('silent');
  const bytes = await readFile(file);
  try {
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const { dict } = dcmjs.data.DicomMessage.readFile(buffer, { untilTag: '7FE00010' });
    return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
  } catch (cause) {
    throw new Fault('the DICOM file is damaged', { place: { file }, remedy: 'Export it again.', cause });
  }
}

/** The items of a sequence; of one item dcmjs makes the item itself. */
function itemsOf(item: Item, name: string): Item[] {
  const value = item[name];
  const items = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.filter((found): found is Item => typeof found === 'object' && found !== null);
}
