import { Command } from 'commander';
import type { PredictionTask } from '../../contracts/serving.ts';
import { servePredictions } from '../../serving/prediction-worker.ts';

/** `innereye serve-worker`: what `innereye serve` starts for each model; speaks over the channel between the two. */
export function serveWorkerCommand(): Command {
  return new Command('serve-worker')
    .description('for `innereye serve`: predict for the service that started this')
    .argument('<bundle>')
    .action(async (bundle: string) => {
      const gone = new Promise(resolve => process.once('disconnect', resolve));
      await servePredictions(bundle, {
        send: message => void process.send?.(message),
        onTask: take => void process.on('message', (task: PredictionTask) => take(task)),
      });
      await gone;
    });
}
