import type { Random } from '../../foundation/random.ts';
import type { Affine, Zyx } from '../../volume/volume.ts';

/**
 * What checks the options of a definition: a zod schema, or anything with such a `parse` that throws where they are
 * wrong. Without one, options are handed on as they are written.
 */
export interface OptionsSchema<Options> {
  parse(value: unknown): Options;
}

interface Definition<Options> {
  /** The name that configurations use. */
  readonly name: string;
  readonly options?: OptionsSchema<Options>;
}

/** What a network is built for. */
export interface ArchitectureSizes {
  /** Channels of the images. */
  readonly channels: number;
  /** Of a segmentation the classes with the background; of other tasks the targets. */
  readonly classes: number;
  /** Features of the table; of tasks without structures only, as what follows. */
  readonly features?: number;
  /** Voxels of the images that the network is given. */
  readonly inputSize?: Zyx;
  /** Of a sequence: how many visits there are, and with which of them each visit's output is compared. */
  readonly visits?: { readonly positions: number; readonly reference?: readonly number[] };
}

/** A network; `build` gives what `src/models` calls a Model. */
export interface ArchitectureDefinition<Options = Record<string, unknown>> extends Definition<Options> {
  build(options: Options, sizes: ArchitectureSizes): unknown;
}

/** A loss; `build` gives what `src/training` calls a Loss: a function of logits, labels and mask. */
export interface LossDefinition<Options = Record<string, unknown>> extends Definition<Options> {
  build(options: Options): unknown;
}

/** What transforms change: whole volumes in preprocessing, crops in augmentation. All volumes are on one grid. */
export interface TransformSample {
  readonly shape: Zyx;
  /** One array a channel, x fastest. */
  readonly images: readonly Float32Array[];
  /** Class of every voxel. */
  readonly labels?: Uint8Array;
  /** Where the grid lies, in mm; whole volumes only. */
  readonly affine?: Affine;
}

/** A step of `preprocessing` or `augmentation`; it gives its sample back, or a changed copy with the same fields. */
export interface TransformDefinition<Options = Record<string, unknown>> extends Definition<Options> {
  /** For whole volumes: the same result for the same sample and options, because it is cached. */
  preprocess?<Sample extends TransformSample>(sample: Sample, options: Options): Sample;
  /** For training crops; all randomness comes from `random`, so that runs can be repeated. */
  augment?<Sample extends TransformSample>(sample: Sample, options: Options, random: Random): Sample;
}

/** What a metric compares: one structure of one subject, 1 inside and 0 outside. */
export interface MetricInput {
  readonly prediction: Uint8Array;
  readonly truth: Uint8Array;
  readonly shape: Zyx;
  /** Voxel spacing [z, y, x] in mm. */
  readonly spacingMm: Zyx;
  readonly structure: string;
}

/** A further column of the metrics; NaN where it has no value. */
export interface MetricDefinition extends Definition<unknown> {
  measure(input: MetricInput): number;
}

/** A definition with its kind, as the `define…` functions give it. */
export type PluginDefinition =
  | ({ readonly kind: 'architecture' } & ArchitectureDefinition)
  | ({ readonly kind: 'loss' } & LossDefinition)
  | ({ readonly kind: 'transform' } & TransformDefinition)
  | ({ readonly kind: 'metric' } & MetricDefinition);

/** Defines a network for `architecture: {name: plugin, definition: …}`. */
export function defineArchitecture<Options>(definition: ArchitectureDefinition<Options>) {
  return { kind: 'architecture' as const, ...definition };
}

/** Defines a loss for `loss: {name: plugin, definition: …}`. */
export function defineLoss<Options>(definition: LossDefinition<Options>) {
  return { kind: 'loss' as const, ...definition };
}

/** Defines a step for `preprocessing` or `augmentation`: `- plugin: {name: …}`. */
export function defineTransform<Options>(definition: TransformDefinition<Options>) {
  return { kind: 'transform' as const, ...definition };
}

/** Defines a metric for `evaluation: {metrics: […]}`. */
export function defineMetric(definition: MetricDefinition) {
  return { kind: 'metric' as const, ...definition };
}
