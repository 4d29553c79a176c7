/** What `innereye azure submit --dry-run --json` says: everything that a submission would send and use. */
export interface SubmissionPreview {
  /** Name of the job. */
  readonly job: string;
  /** Address of the workspace at Azure Resource Manager. */
  readonly workspace: string;
  readonly cluster: string;
  /** What it will use at most, in sentences. */
  readonly estimate: readonly string[];
  /** What could not be found out. */
  readonly warnings: readonly string[];
  readonly code: { readonly name: string; readonly files: readonly PreviewedFile[] };
  /** What the job does not get of the code's folder. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[];
  /** An image that is named, or one that the workspace builds of files. */
  readonly environment: {
    readonly name: string;
    readonly image?: string;
    readonly files?: number;
    readonly bytes?: number;
  };
  readonly uploads: readonly PreviewedUpload[];
  /** In order. */
  readonly requests: readonly PreviewedRequest[];
  /** Of what would be sent; `submit --as-previewed` sends nothing else. */
  readonly digest: string;
}

export interface PreviewedFile {
  readonly path: string;
  readonly bytes: number;
}

/** Files of this machine that leave it. */
export interface PreviewedUpload {
  readonly what: string;
  readonly from: string;
  readonly datastore: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
}

export interface PreviewedRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  /** When it is sent, where not always. */
  readonly when?: string;
  readonly body?: unknown;
}
