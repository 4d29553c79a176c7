/** Messages between the viewer's webview and the extension, and the scene that it shows. */

/** One value of a label map. */
export interface ViewerStructure {
  readonly value: number;
  readonly name: string;
  /** `#rrggbb`; the viewer finds one where none is given. */
  readonly color?: string;
}

/** What a volume is: a scan, labels drawn by an expert (`truth`), a model's labels, or labels of unknown source. */
export type VolumeRole = 'image' | 'truth' | 'prediction' | 'labels';

/** A volume in a scene. */
export interface SceneVolume {
  /** Unique within the scene. */
  readonly id: string;
  readonly name: string;
  /** Where it is not given, the viewer decides from the voxels and the file's name. */
  readonly role?: VolumeRole;
  /** Where the webview fetches its bytes: a NIfTI file. */
  readonly url: string;
  /** Path on disk, for titles and links. */
  readonly file: string;
  /** Names and colours of a label map's values, where they are known. */
  readonly structures?: readonly ViewerStructure[];
  /** Present for labels that the user draws; `of` is the file of the map that they began as, empty for none. */
  readonly drawing?: { readonly of: string };
}

/** Where a scene comes from: enough to make it again after a reload. */
export type ViewerSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'overlay' | 'sideBySide'; readonly files: readonly string[] }
  | { readonly kind: 'runs'; readonly runs: readonly string[] }
  /** One DICOM series of a folder. */
  | { readonly kind: 'series'; readonly folder: string; readonly uid: string; readonly name: string };

/** What the webview keeps over a reload of the window. */
export interface ViewerState {
  readonly source: ViewerSource;
  /** The subject that the user went to. */
  readonly subject?: string;
}

/** What one panel shows: a view or several side by side, each with a scan and what is laid over it. */
export interface ViewerScene {
  readonly title: string;
  /** Views share crosshair and zoom in mm. */
  readonly views: readonly { readonly title: string; readonly volumes: readonly SceneVolume[] }[];
  /** Kept by the page, to be shown again after a reload. */
  readonly state?: ViewerState;
  /** Present where the scene is a subject of a run: lets the viewer go to its neighbours. */
  readonly subjects?: SubjectList;
}

/** The subjects of a run's split, with the metrics they can be sorted by. */
export interface SubjectList {
  readonly run: string;
  readonly current: string;
  readonly metrics: readonly string[];
  readonly subjects: readonly {
    readonly id: string;
    readonly values: Readonly<Record<string, number | null>>;
  }[];
}

export type ToViewer =
  | { readonly type: 'scene'; readonly scene: ViewerScene }
  /** Laid over what a view shows, by default over the one in use. */
  | { readonly type: 'overlay'; readonly volume: SceneVolume; readonly view?: number }
  /** What stands in the way of showing the file, and what to do. */
  | { readonly type: 'fault'; readonly message: string; readonly remedy?: string }
  | { readonly type: 'progress'; readonly message: string }
  /** The edited labels of a volume are on disk. */
  | { readonly type: 'saved'; readonly id: string }
  /** The user gives up a drawing. */
  | { readonly type: 'discarded'; readonly id: string };

/** A drawing as it is now, which is kept until it is saved or given up. */
export interface UnsavedDrawing {
  readonly id: string;
  readonly name: string;
  /** Where it would be saved. */
  readonly file: string;
  /** The map that it began as, empty for none. */
  readonly of: string;
  /** The scan that it lies over. */
  readonly over: string;
  readonly structures: readonly ViewerStructure[];
}

export type FromViewer =
  | { readonly type: 'ready' }
  | { readonly type: 'addOverlay' }
  | { readonly type: 'showSubject'; readonly id: string }
  /** An edited label map or a picture, to be saved where the user says. */
  | {
      readonly type: 'save';
      readonly kind: 'labels' | 'picture';
      /** Of the edited volume; comes back with `saved`. */
      readonly id: string;
      readonly name: string;
      readonly bytes: Uint8Array;
    }
  /** After each stroke; `bytes` are those of a .nii.gz. */
  | { readonly type: 'drawn'; readonly drawing: UnsavedDrawing; readonly bytes: Uint8Array }
  /** The user closes a drawing that is not saved. */
  | { readonly type: 'discard'; readonly id: string; readonly name: string }
  | { readonly type: 'dropped'; readonly uris: readonly string[] };
