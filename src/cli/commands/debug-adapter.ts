import { once } from 'node:events';
import { Command } from 'commander';
import { TrainingDebugSession } from '../../debug/session.ts';

/** `innereye debug-adapter`: for editors; speaks the debug adapter protocol on standard input and output. */
export function debugAdapterCommand(): Command {
  return new Command('debug-adapter')
    .description('Speak the debug adapter protocol on standard input and output, for editors.')
    .action(async () => {
      const session = new TrainingDebugSession();
      process.on('SIGTERM', () => session.shutdown());
      session.setRunAsServer(false);
      session.start(process.stdin, process.stdout);
      // An editor that is gone takes the training with it: the program ends, and the thread that trains with it.
      await once(process.stdin, 'end');
    });
}
