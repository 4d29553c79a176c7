import type { VolumeHeader } from '../header.ts';
import type { Volume } from '../volume.ts';

/** Which of a file's volumes is meant, where it holds several. */
export interface ReadOptions {
  /** SeriesInstanceUID, or a description that one has alone, for a folder with several DICOM series. */
  readonly series?: string | undefined;
}

/** One way to store volumes. Each is a file of this folder. Its errors are Faults that name the file. */
export interface Format {
  readonly name: string;
  /** Decides by a file's first bytes (up to 544, inflated where it is a gzip stream) and its name. */
  recognises(head: Buffer, file: string): boolean;
  /** Reads no voxels. */
  readHeader(file: string, options: ReadOptions): Promise<VolumeHeader>;
  /** Every component of the file. */
  readVolumes(file: string, options: ReadOptions): Promise<Volume[]>;
  /** All files that a volume is made of; absent where that is the one file. */
  files?(file: string, options: ReadOptions): Promise<readonly string[]>;
  /** Makes sure that the file is whole, without holding its voxels; absent where only reading it can tell. */
  check?(file: string, options: ReadOptions): Promise<VolumeHeader>;
}
