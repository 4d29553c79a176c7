import { requireSegmentation } from '../config/require-segmentation.ts';
import { loadDataset } from '../dataset/load-dataset.ts';
import { loadSubject } from '../dataset/load-subject.ts';
import { Fault } from '../foundation/fault.ts';
import { refuseToOverwrite } from '../foundation/overwriting.ts';
import { writeNifti } from '../volume/formats/nifti-write.ts';
import { filesOf } from './dataset-files.ts';
import { openRun } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/**
 * Writes a subject's ground truth as one label map with the values of the run's predictions (k for the k-th structure),
 * whatever values or single masks the data set has.
 * @throws Fault where the run, the subject or its labels cannot be found or read.
 */
export async function writeTruth(runFolder: string, subjectId: string, output: string): Promise<void> {
  await openRun(runFolder);
  const settings = requireSegmentation(await readRunSettings(runFolder));
  const { subjects } = await loadDataset(settings.dataset);
  const subject = subjects.find(({ id }) => id === subjectId);
  if (subject === undefined) {
    throw new Fault(`the data set of the run has no subject "${subjectId}"`, {
      place: { file: settings.dataset.path ?? runFolder },
      remedy: 'Restore the data set as it was when the run was made.',
    });
  }
  if (!/\.nii(\.gz)?$/i.test(output)) {
    throw new Fault('the output is not a NIfTI file by its name', {
      place: { file: output },
      remedy: 'Name it NAME.nii or NAME.nii.gz.',
    });
  }
  await refuseToOverwrite(
    [output],
    subjects.flatMap(one => filesOf(one).map(([file]) => file)),
  );
  const { labels, shape, affine } = await loadSubject(subject, settings.dataset);
  if (labels === undefined) {
    throw new Fault(`the subject "${subjectId}" has no ground truth`, { place: subject.place });
  }
  await writeNifti(output, { data: labels, shape, affine }, { intent: 'label', gzipLevel: 1 });
}
