import { Fault } from '../../../src/foundation/fault.ts';
import { bytesPerElement, decodeElements, type ElementType } from '../../../src/volume/element-type.ts';
import { type NiftiImage, parseNiftiHeader } from '../../../src/volume/formats/nifti-header.ts';
import { type VoxelData, voxelCount } from '../../../src/volume/volume.ts';

/** A NIfTI file's voxels as they are stored, all components one behind the other. They fill in while the file is read. */
export interface StoredVolume {
  readonly image: NiftiImage;
  readonly data: VoxelData;
  /** Voxels that are there, from the first; the others are still 0. */
  loaded: number;
}

export interface StreamEvents {
  /** Once the header is read, before any voxel. */
  onHeader(volume: StoredVolume): void;
  /** Whenever more voxels have come. */
  onVoxels(volume: StoredVolume): void;
}

const HEADER_BYTES = 544;
/** Arrays of the element types that a browser knows: their voxels can be looked at while they arrive. */
const ARRAYS: Partial<Record<ElementType, new (buffer: ArrayBuffer) => VoxelData>> = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

const COPY_AGAIN = 'The file is damaged or was not copied whole: copy or export it again.';

/**
 * Reads a NIfTI file (.nii, .nii.gz) from a stream of its bytes; voxels are handed over as they come.
 * @throws Fault naming what is wrong: no NIfTI, an impossible header, damaged or missing voxels. What had arrived until
 * then was given to `events`.
 */
export async function readNiftiStream(
  file: string,
  bytes: ReadableStream<Uint8Array<ArrayBuffer>>,
  events: StreamEvents,
): Promise<StoredVolume> {
  const { stream, gzip } = await unpacked(bytes);
  const reader = stream.getReader();
  const read = () =>
    reader.read().catch((cause: unknown) => {
      throw new Fault('the compressed data is damaged or ends early', {
        place: { file },
        remedy: COPY_AGAIN,
        cause,
      });
    });
  const head = await readAtLeast(HEADER_BYTES, read);
  const image = parseNiftiHeader(file, head.subarray(0, HEADER_BYTES), gzip);
  // In a file of its own a header is followed by nothing.
  if (image.offset < 348) throw separateVoxels(file);
  const target = new Target(file, image);
  events.onHeader(target.volume);
  target.take(head);
  events.onVoxels(target.volume);
  while (!target.complete) {
    const { value, done } = await read();
    if (done) break;
    target.take(value);
    events.onVoxels(target.volume);
  }
  await reader.cancel().catch(() => {});
  const volume = target.finish();
  events.onVoxels(volume);
  return volume;
}

/** Where the voxels go. */
class Target {
  readonly volume: StoredVolume;
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly native: boolean;
  /** Bytes of the file behind which the next chunk begins. */
  private at = 0;

  constructor(
    private readonly file: string,
    image: NiftiImage,
  ) {
    const { shape, components, dtype } = image.header;
    const array = image.bigEndian ? undefined : ARRAYS[dtype];
    this.native = array !== undefined;
    this.bytes = allocate(file, voxelCount(shape) * components * bytesPerElement[dtype]);
    this.volume = { image, data: array ? new array(this.bytes.buffer) : new Uint8Array(0), loaded: 0 };
  }

  get complete(): boolean {
    return this.at >= this.volume.image.offset + this.bytes.length;
  }

  take(chunk: Uint8Array): void {
    const { offset } = this.volume.image;
    const from = Math.max(0, offset - this.at);
    const place = this.at + from - offset;
    if (from < chunk.length && place < this.bytes.length) {
      this.bytes.set(chunk.subarray(from, from + this.bytes.length - place), place);
    }
    this.at += chunk.length;
    if (this.native) {
      this.volume.loaded = Math.floor(this.present / this.volume.data.BYTES_PER_ELEMENT);
    }
  }

  /** The volume with all its voxels. @throws Fault where some did not come. */
  finish(): StoredVolume {
    if (!this.complete) {
      throw new Fault(
        `the header promises ${this.bytes.length} bytes of voxels but the file holds ${this.present}`,
        { place: { file: this.file }, remedy: COPY_AGAIN },
      );
    }
    if (this.native) return this.volume;
    const { image } = this.volume;
    const data = decodeElements(this.bytes, image.header.dtype, image.bigEndian, this.file);
    return { image, data, loaded: data.length };
  }

  private get present(): number {
    return Math.max(0, Math.min(this.bytes.length, this.at - this.volume.image.offset));
  }
}

function allocate(file: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new Fault(`there is not enough memory for ${(length / 2 ** 30).toFixed(1)} GiB of voxels`, {
      place: { file },
      remedy: 'Close other editors, or crop or resample the volume.',
      cause,
    });
  }
}

/** The stream, inflated where its bytes begin as gzip's do. */
async function unpacked(bytes: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = bytes.getReader();
  const first = await readAtLeast(2, () => reader.read());
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const whole = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: controller => controller.enqueue(first),
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: reason => reader.cancel(reason),
  });
  return { stream: gzip ? whole.pipeThrough(new DecompressionStream('gzip')) : whole, gzip };
}

/** The first pieces of a stream, together at least so many bytes where it has them. */
async function readAtLeast(
  length: number,
  read: () => ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>,
): Promise<Uint8Array<ArrayBuffer>> {
  let head = new Uint8Array(0);
  while (head.length < length) {
    const { value, done } = await read();
    if (done) break;
    const longer = new Uint8Array(head.length + value.length);
    longer.set(head);
    longer.set(value, head.length);
    head = longer;
  }
  return head;
}

const separateVoxels = (file: string) =>
  new Fault('the header and the voxels are in two files', {
    place: { file },
    remedy: 'Convert them: innereye convert NAME.hdr NAME.nii.gz',
  });
