import { Command } from 'commander';
import { predictVolumes } from '../../runs/predict-volumes.ts';
import { interruption } from '../interruption.ts';

interface Options {
  model: string;
  input: string[];
  output: string;
  posteriors?: boolean;
  json?: boolean;
}

export function predictCommand(): Command {
  return new Command('predict')
    .description('Segment volumes with the best weights of a run.')
    .requiredOption('--model <run>', 'folder of a run')
    .requiredOption('--input <path...>', 'volumes (channels separated by commas) or folders of volumes')
    .requiredOption('--output <folder>', 'gets NAME/segmentation.nii.gz for each volume')
    .option('--posteriors', 'write posterior and uncertainty maps too')
    .option('--json', 'print the files written as JSON')
    .action(predict);
}

async function predict({ model, input, output, posteriors, json }: Options): Promise<void> {
  const files = await predictVolumes(model, input, output, {
    posteriors: posteriors ?? false,
    signal: interruption(),
    onStart: (file, index, total) => {
      if (!json) console.error(`${index + 1} of ${total}: ${file}`);
    },
  });
  if (json) console.log(JSON.stringify({ files }));
  else for (const file of files) console.log(file);
}
