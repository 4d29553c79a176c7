/**
 * How a debugger looks into a training. Code that does what a node of the configuration says calls the probe when the
 * node has done its work; without a debugger there is no probe, and nothing is paid for it.
 */
export interface Probe {
  /** Opens a frame of what is under way (an epoch, a batch, a subject); closed with `leave`. */
  enter(frame: ProbeFrame): void;
  /** Closes the frame opened last. Not called after an error, so that the frames say where it happened. */
  leave(): void;
  /** A node has done its work. Returns when training shall go on. */
  at(point: ProbePoint): void;
  /** Something failed inside the innermost frame; the caller throws the error afterwards. */
  failed(error: unknown): void;
}

export interface ProbeFrame {
  /** Such as `epoch 3` or the subject's name. */
  readonly name: string;
  /** The setting that it belongs to, such as `training.epochs`. */
  readonly setting: string;
  /** Numbers that conditions may use: `epoch`, `step`. */
  readonly values?: Readonly<Record<string, number>>;
}

export interface ProbePoint {
  /** The setting whose node this is: `augmentation[1]`, `architecture`, `loss.components[0]`. */
  readonly setting: string;
  /** A part of it: a block of the network, such as `encoder/0/1`; slashes mean deeper. */
  readonly part?: string;
  /** True where the gradient arrives at the part. */
  readonly backward?: boolean;
  /**
   * What there is to see, by name; asked for only where it is needed. Numbers in `changeable` may be set while training
   * is stopped, and the caller reads them again.
   */
  values(): ProbeValues;
  readonly changeable?: Record<string, number>;
}

export interface ProbeValues {
  readonly [name: string]: ProbeValue;
}

/** A number or text, a tensor, a volume or crop, or several of them by name. */
export type ProbeValue =
  | number
  | string
  | boolean
  | null
  | ProbeTensor
  | ProbeVolume
  | { readonly kind: 'group'; readonly values: ProbeValues };

/** A tensor of the engine; its values are read only on demand. */
export interface ProbeTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  dataSync(): ArrayLike<number>;
}

/** Voxels `[z, y, x]` outside of the engine. */
export interface ProbeVolume {
  readonly kind: 'volume';
  readonly data: Float32Array | Uint8Array | Int32Array;
  readonly shape: readonly [number, number, number];
  /** [z, y, x] in mm. */
  readonly spacing: readonly [number, number, number];
  /** Whether the values are intensities or classes. */
  readonly holds: 'image' | 'labels';
}
