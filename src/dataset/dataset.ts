import type { Place } from '../foundation/fault.ts';
import type { Affine, Volume, Zyx } from '../volume/volume.ts';

/** A volume on disk: a file (or InnerEye's `path|dataset|channel` for HDF5) and, in a 4D file, which component. */
export interface VolumeSource {
  readonly file: string;
  readonly component?: number;
  /** Line of the csv that names it. */
  readonly row?: number;
}

/**
 * Where a subject's structures are: one label map with a value each, or a mask file each (undefined: not drawn).
 * `background` are values that the data set declares but the configuration does not segment.
 */
export type LabelSource =
  | {
      readonly kind: 'map';
      readonly source: VolumeSource;
      readonly values: readonly number[];
      readonly background: readonly number[];
    }
  | { readonly kind: 'masks'; readonly sources: readonly (VolumeSource | undefined)[] };

/** One row of a data set: a scan with its channels and, for training, its structures. Nothing is read yet. */
export interface Subject {
  readonly id: string;
  /** One source a channel, in the configuration's order. */
  readonly images: readonly VolumeSource[];
  /** Absent for subjects that can only be predicted. Lists are in the order of the configuration's structures. */
  readonly labels?: LabelSource;
  readonly mask?: VolumeSource;
  /** What a table says of it, for tasks that give values instead of structures. */
  readonly values?: TableValues;
  /** Its visits in their order, for tasks on sequences; images and values are theirs then. */
  readonly visits?: readonly Visit[];
  /** Columns of the csv beyond the required ones, such as institutionId. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Where the subject is named: csv file and row, or the image's file. */
  readonly place: Place;
}

/** One visit of a subject. */
export interface Visit {
  /** As the table counts it. */
  readonly position: number;
  /** One source a channel. */
  readonly images: readonly VolumeSource[];
  /** `targets` only where the model is to tell them. */
  readonly values: TableValues;
  readonly place: Place;
}

/** A subject's values in a table, in the order of the configuration. */
export interface TableValues {
  /** NaN where the cell is empty. */
  readonly numbers: readonly number[];
  /** Empty where the cell is. */
  readonly words: readonly string[];
  /** 0 or 1 for each class, or the numbers to be predicted; absent for subjects that can only be predicted. */
  readonly targets?: readonly number[];
}

/** Whether a model can learn from the subject. */
export const isLabelled = ({ labels, values, visits = [] }: Subject): boolean =>
  labels !== undefined ||
  values?.targets !== undefined ||
  visits.some(({ values: { targets } }) => targets !== undefined);

export interface Dataset {
  readonly name: string;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly format: 'csv' | 'decathlon' | 'nnunet' | 'folder';
  readonly subjects: readonly Subject[];
}

/** A subject read into memory, all volumes on one grid. */
export interface LoadedSubject {
  readonly id: string;
  readonly shape: Zyx;
  readonly affine: Affine;
  /** One array a channel, as stored, in float32. */
  readonly images: readonly Float32Array[];
  /** Class of every voxel: 0 background, k the k-th structure of the configuration. */
  readonly labels?: Uint8Array;
  /** For each structure whether it was drawn in this subject (false only with `allow_incomplete_labels`). */
  readonly drawn: readonly boolean[];
  /** 1 inside the mask, 0 outside; absent where the data set has no mask. */
  readonly mask?: Uint8Array;
}

/** A fault of one subject, found by validation. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: Place;
  readonly remedy: string;
}

/** What splits give: subjects in the order of the data set. */
export interface Split {
  readonly train: readonly Subject[];
  readonly validation: readonly Subject[];
  readonly test: readonly Subject[];
}

export type SplitName = keyof Split;

/** A label map or posterior on its image's grid. */
export type LabelVolume = Volume<Uint8Array>;
