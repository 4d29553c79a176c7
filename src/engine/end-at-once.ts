import { cLibrary } from './quiet-loading.ts';

/**
 * Lets the process end without waiting for calls of TensorFlow's that may never return, such as those to a process that
 * is gone: Node would join the threads that they block. What has registered for the end before this is done first.
 */
export function endWithoutWaiting(): void {
  const exit = cLibrary().func('_exit', 'void', ['int']);
  process.once('exit', code => exit(code));
}
