/** Thrown by a command that was asked to stop and has put everything in order. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

const SECOND_TIME = 130;

/**
 * A signal that is aborted by Ctrl-C or SIGTERM. The command then ends cleanly; a second Ctrl-C ends it at once.
 * @param says what the command does before it ends.
 */
export function interruption(says = 'Stopping after a checkpoint'): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(SECOND_TIME);
    console.error(`${says}; press Ctrl-C again to stop at once.`);
    controller.abort(new InterruptedError('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}
