import { z } from 'zod';
import { datasetLocation, splitsSchema } from './dataset.ts';

const column = z.string().min(1);
const columns = z.array(column);

const shared = {
  ...datasetLocation,
  csv: z.string().default('dataset.csv').describe('Name of the csv file inside the folder.'),
  subject_column: column.default('subject').describe('Column with the name of the subject.'),
  channel_column: column
    .optional()
    .describe(
      "Column that says what a row is about, where a subject has a row for each of its images and its label (InnerEye's form). Without it a subject, or a visit, is one row.",
    ),
  image_column: column.optional().describe('Column with the file of the image; with `channel_column` only.'),
  channels: z
    .array(column)
    .default([])
    .describe(
      'Images that the model takes, in this order: values of `channel_column`, or, without it, columns with files.',
    ),
  features: z
    .strictObject({
      numerical: columns
        .default([])
        .describe('Columns with numbers; each is standardised by the training subjects.'),
      categorical: columns
        .default([])
        .describe(
          'Columns with words; each value known from the training subjects becomes an input of its own.',
        ),
      channels: z
        .record(z.string(), z.array(column))
        .optional()
        .describe(
          'Values of `channel_column` whose rows hold a feature, by its column; "Default" for all that are not named.',
        ),
      missing: z
        .enum(['error', 'impute', 'drop'])
        .default('error')
        .describe(
          'What an empty cell means. impute: the mean of the training subjects, or their most frequent word. drop: leave the subject out.',
        ),
    })
    .prefault({})
    .describe('What the model takes beside images.'),
  missing_labels: z
    .enum(['drop', 'error'])
    .default('drop')
    .describe(
      'What an empty cell of a target means: leave the subject, or the visit, out of training; or an error. Of a multilabel target it means none of the classes.',
    ),
  expected_values: z
    .record(z.string(), z.union([z.string(), z.number()]).transform(String))
    .default({})
    .describe('Only rows that have this value in this column count.'),
  splits: splitsSchema.prefault({}).describe('Which subjects train, choose the checkpoint, and test.'),
};

const labelChannel = column
  .optional()
  .describe('Value of `channel_column` whose row holds the target; default: any row that has one.');

export const classesSchema = z
  .strictObject({
    column: column.describe('Column with the class.'),
    channel: labelChannel,
    kind: z
      .enum(['binary', 'exclusive', 'multilabel'])
      .default('binary')
      .describe(
        'binary: yes or no. exclusive: one of several classes. multilabel: any of several, written "0|2|4"; an empty cell names none.',
      ),
    classes: z
      .array(column)
      .min(1)
      .default(['Default'])
      .describe('Names of the classes; a binary target has one, the name of what is present.'),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
      .optional()
      .describe('What the column says for each class (exclusive, multilabel); default: 0, 1, 2, …'),
    above: z
      .number()
      .optional()
      .describe('Makes a binary target of a column with numbers: present where it is above this.'),
  })
  .describe('What is to be told apart.');

export const valuesSchema = z
  .strictObject({
    columns: columns.min(1).describe('Columns with the numbers to be predicted.'),
    channel: labelChannel,
  })
  .describe('What is to be predicted.');

export const classificationDatasetSchema = z.strictObject({ ...shared, targets: classesSchema });

export const regressionDatasetSchema = z.strictObject({ ...shared, targets: valuesSchema });

export const sequenceDatasetSchema = z.strictObject({
  ...shared,
  sequence: z
    .strictObject({
      column: column.describe('Column with the position of the visit, counted from 0.'),
      minimum: z.number().int().min(0).default(0).describe('First position that counts.'),
      maximum: z.number().int().min(0).optional().describe('Last position that counts; default: all.'),
      target_positions: z
        .union([z.literal('all'), z.literal('last'), z.array(z.number().int().min(0)).min(1)])
        .default('last')
        .describe('Visits whose targets are trained on and predicted.'),
      missing_visits: z
        .enum(['error', 'skip'])
        .default('error')
        .describe(
          'What a hole between two visits of a subject means. skip: the visit did not take place; what is remembered passes over it.',
        ),
      reference: z
        .array(z.number().int().min(0))
        .default([])
        .describe('Visits whose encoding every visit is given beside its own.'),
    })
    .describe('How the visits of a subject follow each other.'),
  targets: z
    .union([classesSchema, valuesSchema])
    .describe('Classes (`column`) or numbers (`columns`) that are to be told of a visit.'),
});
