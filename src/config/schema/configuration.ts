import { z } from 'zod';
import { architectureSchema } from './architecture.ts';
import { augmentationSchema } from './augmentation.ts';
import { azureSchema } from './azure.ts';
import { datasetSchema } from './dataset.ts';
import { inferenceSchema } from './inference.ts';
import { inputSchema } from './input.ts';
import { lossSchema } from './loss.ts';
import { optimizerSchema } from './optimizer.ts';
import { evaluationSchema, postprocessingSchema } from './postprocessing.ts';
import { preprocessingSchema } from './preprocessing.ts';
import { samplingSchema } from './sampling.ts';
import { scalarArchitectureSchema } from './scalar-architecture.ts';
import {
  classificationDatasetSchema,
  regressionDatasetSchema,
  sequenceDatasetSchema,
} from './scalar-dataset.ts';
import {
  classificationEvaluationSchema,
  scalarEvaluationSchema,
  scalarInferenceSchema,
  scalarValidationSchema,
} from './scalar-evaluation.ts';
import { classificationLossSchema, regressionLossSchema, sequenceLossSchema } from './scalar-loss.ts';
import { classSamplingSchema } from './scalar-sampling.ts';
import { scheduleSchema } from './schedule.ts';
import { searchSchema } from './search.ts';
import { trainingSchema, validationSchema } from './training.ts';

/** What configurations of all tasks have in common. */
const common = {
  name: z.string().min(1).optional().describe('Name of the model; default: the name of the file.'),
  description: z.string().optional().describe('What the model is for.'),
  tags: z.record(z.string(), z.string()).default({}).describe('Tags of the runs.'),
  preprocessing: preprocessingSchema.default([]),
  augmentation: augmentationSchema.default([]),
  optimizer: optimizerSchema.prefault({ name: 'adam' }),
  schedule: scheduleSchema.prefault({ name: 'polynomial' }),
  training: trainingSchema.prefault({}).describe('The training loop.'),
  search: searchSchema
    .optional()
    .describe('What `innereye search` tries: settings whose values it varies, and how.'),
  plugins: z
    .array(z.string())
    .default([])
    .describe('TypeScript or JavaScript modules with own networks, losses, transforms and metrics.'),
  azure: azureSchema.optional().describe('How a training becomes a job on Azure Machine Learning.'),
};

const task = <Name extends string>(name: Name, text: string) => z.literal(name).describe(text);

export const segmentationSchema = z
  .strictObject({
    task: task('segmentation', 'What the model does: a class for each voxel.'),
    ...common,
    dataset: datasetSchema.describe('The scans, what is to be found in them, and how they are split.'),
    sampling: samplingSchema.describe('How crops are taken from the volumes.'),
    architecture: architectureSchema,
    loss: lossSchema.prefault({ name: 'soft_dice' }),
    validation: validationSchema.prefault({}).describe('Validation on full volumes during training.'),
    inference: inferenceSchema.prefault({}).describe('How whole volumes are predicted.'),
    postprocessing: postprocessingSchema.default([]),
    evaluation: evaluationSchema.prefault({}).describe('How predictions are measured.'),
  })
  .describe('Finds structures in scans, voxel by voxel.');

/** What tasks have in common that give values for a subject, not for voxels. */
const scalar = {
  ...common,
  input: inputSchema.prefault({}),
  architecture: scalarArchitectureSchema,
  validation: scalarValidationSchema.prefault({}).describe('Validation during training.'),
  inference: scalarInferenceSchema.prefault({}).describe('What is predicted after training.'),
};

const classificationSchema = z
  .strictObject({
    task: task('classification', 'What the model does: classes for each subject.'),
    ...scalar,
    dataset: classificationDatasetSchema.describe('The subjects, their classes, and how they are split.'),
    sampling: classSamplingSchema,
    loss: classificationLossSchema.prefault({ name: 'cross_entropy' }),
    evaluation: classificationEvaluationSchema.prefault({}).describe('How predictions are measured.'),
  })
  .describe('Tells classes of subjects apart, by scans, numbers, or both.');

const regressionSchema = z
  .strictObject({
    task: task('regression', 'What the model does: numbers for each subject.'),
    ...scalar,
    dataset: regressionDatasetSchema.describe('The subjects, their values, and how they are split.'),
    loss: regressionLossSchema.prefault({ name: 'squared_error' }),
    evaluation: scalarEvaluationSchema.prefault({}).describe('How predictions are measured.'),
  })
  .describe('Predicts numbers of subjects, by scans, numbers, or both.');

const sequenceSchema = z
  .strictObject({
    task: task('sequence', 'What the model does: classes or numbers for the visits of each subject.'),
    ...scalar,
    dataset: sequenceDatasetSchema.describe('The subjects with their visits, and how they are split.'),
    sampling: classSamplingSchema,
    loss: sequenceLossSchema,
    evaluation: classificationEvaluationSchema.prefault({}).describe('How predictions are measured.'),
  })
  .describe('Tells classes or numbers of visits that follow each other, by scans, numbers, or both.');

/** Everything that a configuration can say, after `extends` is resolved. The one source of types, checks and texts. */
export const configurationSchema = z.discriminatedUnion('task', [
  segmentationSchema,
  classificationSchema,
  regressionSchema,
  sequenceSchema,
]);

/** The schema of the task that a value names; where it names none, a segmentation's that knows all names. */
export function schemaOfTask(value: unknown) {
  const task = (value as { task?: unknown } | undefined)?.task;
  switch (task) {
    case 'segmentation':
      return segmentationSchema;
    case 'classification':
      return classificationSchema;
    case 'regression':
      return regressionSchema;
    case 'sequence':
      return sequenceSchema;
    default:
      return undecidedSchema;
  }
}

const undecidedSchema = segmentationSchema.extend({
  task: z.enum(['segmentation', 'classification', 'regression', 'sequence']).describe('What the model does.'),
});

/** A configuration with all defaults filled in. */
export type Configuration = z.output<typeof configurationSchema>;
export type SegmentationConfiguration = z.output<typeof segmentationSchema>;
export type ClassificationConfiguration = z.output<typeof classificationSchema>;
export type RegressionConfiguration = z.output<typeof regressionSchema>;
export type SequenceConfiguration = z.output<typeof sequenceSchema>;
/** A configuration of a task that gives values for a subject or visit. */
export type ScalarConfiguration =
  | ClassificationConfiguration
  | RegressionConfiguration
  | SequenceConfiguration;
/** What says which subjects there are. */
export type TaskData =
  | DataOf<SegmentationConfiguration>
  | DataOf<ClassificationConfiguration>
  | DataOf<RegressionConfiguration>
  | DataOf<SequenceConfiguration>;
/** `evaluation` tells only whether validation subjects are needed, and may be left out. */
type DataOf<Settings extends Configuration> = Pick<Settings, 'task' | 'dataset'> &
  Partial<Pick<Settings, 'evaluation'>>;
export type DatasetSettings = SegmentationConfiguration['dataset'];
export type ScalarDatasetSettings = ScalarConfiguration['dataset'];
export type StructureSettings = DatasetSettings['structures'][number];
export type SplitsSettings = DatasetSettings['splits'];
export type PreprocessingStep = Configuration['preprocessing'][number];
export type NormalizationMethod = z.output<typeof import('./preprocessing.ts').normalizationMethodSchema>;
export type SamplingSettings = SegmentationConfiguration['sampling'];
export type PaddingMode = SamplingSettings['padding'];
export type AugmentationStep = Configuration['augmentation'][number];
export type ArchitectureSettings = SegmentationConfiguration['architecture'];
export type LossSettings = SegmentationConfiguration['loss'];
export type OptimizerSettings = Configuration['optimizer'];
export type ScheduleSettings = Configuration['schedule'];
export type TrainingSettings = Configuration['training'];
export type InferenceSettings = SegmentationConfiguration['inference'];
export type PostprocessingStep = SegmentationConfiguration['postprocessing'][number];
