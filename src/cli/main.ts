#!/usr/bin/env node
import { FAILED, main, report } from './program.ts';

// A reader that has gone (`| head`) is no defect: the command ends as if it had been asked to, a training after a checkpoint.
let readerGone = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exit(report(error));
    if (process.listenerCount('SIGTERM') === 0) process.exit(FAILED);
    // Once: a second signal would end it at once.
    if (!readerGone) process.emit('SIGTERM', 'SIGTERM');
    readerGone = true;
  });
}
process.exitCode = await main(process.argv.slice(2));
// What could not be printed is told in the next turn.
await new Promise(setImmediate);
// Worker threads of libraries must not keep a finished program alive.
process.exit();
