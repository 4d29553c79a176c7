/** What is exchanged between the service and the process that predicts for it. */

/** What a model answers with: a segmentation, or what it tells of subjects. */
export type AnswerFormat = 'rtstruct' | 'seg' | 'nifti' | 'json';

/** Something to predict. */
export interface PredictionTask {
  readonly id: string;
  /** A zip archive with a DICOM series, or a volume in a file; of models that tell of subjects also a table, or an archive with one. */
  readonly input: string;
  /** Folder for what is unpacked and written; the service removes it. */
  readonly folder: string;
  readonly format: AnswerFormat;
  /** SeriesInstanceUID, where the archive holds several series. */
  readonly series?: string;
  /** Bytes that the archive may unpack to. */
  readonly unpacked: number;
}

/** What the predicting process says. */
export type WorkerMessage =
  | {
      readonly kind: 'ready';
      readonly name: string;
      readonly version: number;
      /** Those that the model has; the first where a client names none. */
      readonly formats: readonly AnswerFormat[];
    }
  /** The model cannot be loaded. */
  | { readonly kind: 'broken'; readonly what: string }
  | { readonly kind: 'done'; readonly id: string; readonly file: string }
  /** The scan cannot be segmented, and whoever sent it can mend it. */
  | { readonly kind: 'refused'; readonly id: string; readonly what: string; readonly archive: boolean }
  /** A defect of the program. */
  | { readonly kind: 'failed'; readonly id: string; readonly what: string };
