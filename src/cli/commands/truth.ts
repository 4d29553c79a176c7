import { Command } from 'commander';
import { writeTruth } from '../../runs/write-truth.ts';

export function truthCommand(): Command {
  return new Command('truth')
    .description("Write a subject's ground truth as one label map with the values of a run's predictions.")
    .argument('<run>', 'folder of a run')
    .argument('<subject>', 'id of a subject of its data set')
    .argument('<output>', 'NAME.nii or NAME.nii.gz')
    .action(writeTruth);
}
