import { z } from 'zod';
import { architectureSchema } from './architecture.ts';
import { augmentationSchema } from './augmentation.ts';
import { azureSchema } from './azure.ts';
import { datasetSchema } from './dataset.ts';
import { inferenceSchema } from './inference.ts';
import { lossSchema } from './loss.ts';
import { optimizerSchema } from './optimizer.ts';
import { evaluationSchema, postprocessingSchema } from './postprocessing.ts';
import { preprocessingSchema } from './preprocessing.ts';
import { samplingSchema } from './sampling.ts';
import { scheduleSchema } from './schedule.ts';
import { searchSchema } from './search.ts';
import { trainingSchema, validationSchema } from './training.ts';

/** Everything that a configuration can say, after `extends` is resolved. The one source of types, checks and texts. */
export const configurationSchema = z.strictObject({
  name: z.string().min(1).optional().describe('Name of the model; default: the name of the file.'),
  description: z.string().optional().describe('What the model is for.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of the runs.'),
  task: z.enum(['segmentation']).describe('What the model does.'),
  dataset: datasetSchema.describe('The scans, what is to be found in them, and how they are split.'),
  preprocessing: preprocessingSchema.default([]),
  sampling: samplingSchema.describe('How crops are taken from the volumes.'),
  augmentation: augmentationSchema.default([]),
  architecture: architectureSchema,
  loss: lossSchema.prefault({ name: 'soft_dice' }),
  optimizer: optimizerSchema.prefault({ name: 'adam' }),
  schedule: scheduleSchema.prefault({ name: 'polynomial' }),
  training: trainingSchema.prefault({}).describe('The training loop.'),
  validation: validationSchema.prefault({}).describe('Validation on full volumes during training.'),
  inference: inferenceSchema.prefault({}).describe('How whole volumes are predicted.'),
  postprocessing: postprocessingSchema.default([]),
  evaluation: evaluationSchema.prefault({}).describe('How predictions are measured.'),
  search: searchSchema
    .optional()
    .describe('What `innereye search` tries: settings whose values it varies, and how.'),
  plugins: z
    .array(z.string())
    .default([])
    .describe('TypeScript or JavaScript modules with own networks, losses, transforms and metrics.'),
  azure: azureSchema.optional().describe('How a training becomes a job on Azure Machine Learning.'),
});

/** A configuration with all defaults filled in. */
export type Configuration = z.output<typeof configurationSchema>;
export type SegmentationConfiguration = Configuration;
export type DatasetSettings = Configuration['dataset'];
export type StructureSettings = DatasetSettings['structures'][number];
export type SplitsSettings = DatasetSettings['splits'];
export type PreprocessingStep = Configuration['preprocessing'][number];
export type NormalizationMethod = z.output<typeof import('./preprocessing.ts').normalizationMethodSchema>;
export type SamplingSettings = Configuration['sampling'];
export type PaddingMode = SamplingSettings['padding'];
export type AugmentationStep = Configuration['augmentation'][number];
export type ArchitectureSettings = Configuration['architecture'];
export type LossSettings = Configuration['loss'];
export type OptimizerSettings = Configuration['optimizer'];
export type ScheduleSettings = Configuration['schedule'];
export type TrainingSettings = Configuration['training'];
export type InferenceSettings = Configuration['inference'];
export type PostprocessingStep = Configuration['postprocessing'][number];
