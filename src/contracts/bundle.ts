import { z } from 'zod';
import { ensembleMethodSchema } from './ensemble.ts';
import { engineSchema } from './run.ts';
import { scoringSchema, tableFactsSchema } from './table-facts.ts';

/** The newest format of bundles that this program reads; those of segmentations are written in the first. */
export const BUNDLE_FORMAT = 2;

/** Name of the manifest in a bundle. */
export const BUNDLE_MANIFEST = 'manifest.json';

const sizes = z.tuple([z.number(), z.number(), z.number()]);

/** What `innereye serve` calls the model, as in `NAME:VERSION`; part of addresses and file names. */
export const modelNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/, 'a name has letters, digits, "_", "-" and "." alone');

/** A network in the forms of three programs; each gives `output` of `input`. */
export const memberSchema = z.object({
  /** Weights by their names, as safetensors: what this program predicts by. */
  weights: z.string(),
  onnx: z.object({
    file: z.string(),
    opset: z.number(),
    /** Axes whose lengths may be any; the spatial ones in multiples of `multiple` `[z, y, x]`. */
    dynamic: z.array(z.string()),
    multiple: sizes,
  }),
  saved_model: z.object({ folder: z.string(), batch: z.number(), window: sizes, tensorflow: z.string() }),
  /** Prepared tiles `[batch, z, y, x, channel]`. */
  input: z.string(),
  /** Posteriors `[batch, z, y, x, class]`, the background first, mirrorings averaged. */
  output: z.string(),
  /** Voxels that posteriors are smaller than tiles `[z, y, x]`. */
  shrinkage: sizes,
  /** Of ONNX and SavedModel; what this program computes with stands in `engine`. */
  precision: z.literal('float32'),
  /** As that of the bundle, of a member that was trained in another way. */
  configuration: z.unknown().optional(),
});

/** What a network for subjects is beside its weights, in the forms of three programs. */
export const scalarMemberSchema = z.object({
  /** Weights by their names, as safetensors: what this program predicts by. */
  weights: z.string(),
  /** Absent of networks over visits, whose graphs repeat themselves for each. */
  onnx: z.object({ file: z.string(), opset: z.number(), dynamic: z.array(z.string()) }).optional(),
  saved_model: z.object({ folder: z.string(), batch: z.number(), tensorflow: z.string() }),
  /** `images` `[batch, z, y, x, channel]`, `features` `[batch, feature]`, as far as the network has them; with visits a further axis behind the batch, and `present` `[batch, visit]`. */
  inputs: z.record(z.string(), z.array(z.number())),
  /** Posteriors before calibration, or numbers in the targets' units, `[batch, target]`; with visits `[batch, visit, target]`. */
  output: z.string(),
  precision: z.literal('float32'),
  /** How cells become `features`, and what numbers are scaled by. */
  table: tableFactsSchema,
  /** What the validation subjects fixed about posteriors. */
  scoring: scoringSchema.optional(),
  /** As that of the bundle, of a member that was trained in another way. */
  configuration: z.unknown().optional(),
});

const common = {
  name: modelNameSchema,
  version: z.number().int().min(1),
  description: z.string().optional(),
  created: z.iso.datetime(),
  notice: z.string(),
  channels: z.array(z.string()),
  /** Size of voxels `[z, y, x]` that the network sees, where volumes are resampled or must have one. */
  spacing_mm: sizes.optional(),
  orientation: z
    .literal('RAS')
    .describe("Axes of prepared scans: x towards the patient's right, y front, z head."),
  preprocessing: z.array(z.unknown()),
  combination: z.object({ method: ensembleMethodSchema, weights: z.array(z.number().positive()) }).optional(),
  /** With what it was trained, so that predicting gives the same bits. */
  engine: engineSchema.optional(),
  metrics: z.record(z.string(), z.number().nullable()),
  lineage: z.object({
    run: z.string(),
    started: z.string(),
    finished: z.string().optional(),
    configuration_sha256: z.string(),
    seed: z.number(),
    subjects: z.record(z.string(), z.number()).optional(),
    git: z.object({ commit: z.string(), branch: z.string(), dirty: z.boolean() }).optional(),
    innereye: z.string(),
    azure_job: z.string().optional(),
  }),
  /** All that was set, without what says where data lies: what this program predicts by. */
  configuration: z.unknown(),
  files: z.array(
    z.object({ name: z.string(), bytes: z.number().int().min(0), sha256: z.string().length(64) }),
  ),
};

/** `manifest.json` of a segmentation's bundle: all that someone with its weights alone must know to use them. */
const segmentationBundleSchema = z.object({
  ...common,
  innereye_bundle: z.literal(1),
  task: z.literal('segmentation'),
  structures: z.array(
    z.object({
      name: z.string(),
      /** Its value in label maps that the model writes. */
      value: z.number().int(),
      display_name: z.string(),
      color: z.string(),
      roi_type: z.string(),
      fill_holes: z.boolean(),
    }),
  ),
  postprocessing: z.array(z.unknown()),
  inference: z.record(z.string(), z.unknown()),
  /** Its networks; an ensemble has several, whose posteriors are combined on the grid of the scan. */
  members: z.array(memberSchema).min(1),
});

/** The same of a model that tells of subjects. */
const scalarBundleSchema = z.object({
  ...common,
  innereye_bundle: z.literal(BUNDLE_FORMAT),
  task: z.enum(['classification', 'regression', 'sequence']),
  /** Classes, whose posteriors the network gives, or numbers. */
  targets: z.array(z.object({ name: z.string(), kind: z.enum(['class', 'number']) })).min(1),
  /** Whether a subject has exactly one of the classes. */
  exclusive: z.boolean(),
  /** Size of images [z, y, x] in voxels: the middle of the prepared scan. */
  input_size: sizes.optional(),
  members: z.array(scalarMemberSchema).min(1),
});

export const bundleSchema = z.discriminatedUnion('task', [segmentationBundleSchema, scalarBundleSchema]);

export type BundleManifest = z.output<typeof bundleSchema>;
export type SegmentationBundle = z.output<typeof segmentationBundleSchema>;
export type ScalarBundle = z.output<typeof scalarBundleSchema>;
