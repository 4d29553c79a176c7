import { z } from 'zod';
import { unfitForFileName } from '../../foundation/file-name.ts';

export const structureSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .refine(name => name === '' || unfitForFileName(name) === undefined, {
      error: ({ input }) => `it becomes part of file names, but ${unfitForFileName(String(input))}`,
    })
    .describe('Name of the structure, as in result files, their names, and reports.'),
  label: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      'Value of the structure in label maps (decathlon, nnunet, folder). Data sets with one mask file a structure (csv) need none.',
    ),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'a colour is written "#rrggbb"')
    .optional()
    .describe('Colour in the viewer, reports and RTSTRUCT, "#rrggbb".'),
  display_name: z.string().optional().describe('Name written to RTSTRUCT and SEG; default: the name.'),
  fill_holes: z.boolean().default(false).describe('Fill holes of the contours when written to RTSTRUCT.'),
  roi_type: z
    .enum(['ORGAN', 'CTV', 'EXTERNAL', 'NONE'])
    .default('ORGAN')
    .describe('Interpreted type of the structure in RTSTRUCT.'),
});

const subjectsSchema = z.array(z.union([z.string(), z.number()]).transform(String));

export const splitsSchema = z.strictObject({
  train: z.number().min(0).max(1).default(0.8).describe('Share of the subjects (or groups) to train on.'),
  validation: z.number().min(0).max(1).default(0.1).describe('Share to choose the best checkpoint on.'),
  test: z.number().min(0).max(1).default(0.1).describe('Share that training never sees.'),
  group_by: z
    .string()
    .default('subject')
    .describe('Column whose equal values stay on one side of the split, so that nothing leaks.'),
  stratify_by: z
    .string()
    .optional()
    .describe(
      'Column whose values are spread evenly over the splits, and over the folds of a cross-validation. Default: the classes that are told apart, or the quarters of the numbers that are predicted; over folds of a segmentation institutionId, where the data set has it.',
    ),
  seed: z.number().int().default(0).describe('Seed of the shuffling.'),
  ids: z
    .strictObject({
      train: subjectsSchema.describe('Subjects to train on.'),
      validation: subjectsSchema.describe('Subjects to choose the best checkpoint on.'),
      test: subjectsSchema.describe('Subjects that training never sees.'),
    })
    .partial()
    .optional()
    .describe('Subjects named one by one; proportions are ignored then.'),
  file: z
    .string()
    .optional()
    .describe(
      'A csv with the columns subject and split (train, validation, test), or the split.json of a run, to train and test on the same subjects as it; proportions are ignored then.',
    ),
  institutions: z
    .strictObject({
      exclude: z.array(z.string()).default([]).describe('Institutions to leave out.'),
      test_only: z.array(z.string()).default([]).describe('Institutions used for testing only.'),
      subjects_for_test_only: subjectsSchema.default([]).describe('Subjects used for testing only.'),
    })
    .optional()
    .describe('Split by the column institutionId: each institution on its own by the proportions above.'),
  restrict: z
    .strictObject({
      train: z.number().int().min(0).describe('Number of training subjects to keep.'),
      validation: z.number().int().min(0).describe('Number of validation subjects to keep.'),
      test: z.number().int().min(0).describe('Number of test subjects to keep.'),
    })
    .partial()
    .optional()
    .describe('Keep only so many subjects of each split, for a quick try.'),
});

/** Where a data set lies. */
export const datasetLocation = {
  path: z
    .string()
    .optional()
    .describe('Folder of the data set (or its csv file), relative to the file that names it.'),
  azure: z
    .strictObject({
      datastore: z.string().describe('Name of the AzureML datastore.'),
      path: z.string().describe('Folder of the data set in the datastore.'),
    })
    .optional()
    .describe('Where the data set lies when the run is on AzureML.'),
};

export const datasetSchema = z.strictObject({
  ...datasetLocation,
  format: z
    .enum(['auto', 'csv', 'decathlon', 'nnunet', 'folder'])
    .default('auto')
    .describe(
      "csv: InnerEye's dataset.csv (subject, filePath, channel). decathlon: Medical Segmentation Decathlon (dataset.json). nnunet: nnU-Net raw. folder: pairs of images and labels. auto: found out from the files.",
    ),
  csv: z.string().default('dataset.csv').describe('Name of the csv file inside the folder (csv only).'),
  images: z
    .string()
    .optional()
    .describe('Folder or pattern of the images (folder only), such as "images/*.nii.gz".'),
  labels: z.string().optional().describe('Folder or pattern of the label maps (folder only).'),
  channels: z
    .array(z.string().min(1))
    .min(1)
    .describe('Image channels that the model takes, in this order; the names are those of the data set.'),
  mask: z
    .string()
    .optional()
    .describe('Channel with a mask: crops, loss, inference and metrics keep to its non-zero voxels.'),
  structures: z.array(structureSchema).min(1).describe('What to segment; the background is implied.'),
  splits: splitsSchema.prefault({}).describe('Which subjects train, choose the checkpoint, and test.'),
  allow_incomplete_labels: z
    .boolean()
    .default(false)
    .describe('Accept subjects without some of the structures; those are left out of loss and metrics.'),
  allow_overlap: z
    .boolean()
    .default(false)
    .describe(
      'Accept structures that overlap: the later one in the list wins. Otherwise overlap is an error.',
    ),
  other_labels: z
    .enum(['error', 'background'])
    .default('error')
    .describe(
      'What a value in a label map means that no structure has and the data set does not declare: an error, or background, as for one organ of an atlas with a hundred.',
    ),
  expected_spacing_mm: z
    .tuple([z.number().positive(), z.number().positive(), z.number().positive()])
    .optional()
    .describe('Spacing [z, y, x] in mm that every image must have, to within 0.1 mm.'),
});
