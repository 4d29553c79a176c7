import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

const levelVariable = 'TF_CPP_MIN_LOG_LEVEL';

/** The C library. */
export const cLibrary = () => koffi.load(process.platform === 'win32' ? 'msvcrt.dll' : null);

/**
 * Calls `load` with TensorFlow's log turned down to errors, which come back as statuses as well. Who sets
 * TF_CPP_MIN_LOG_LEVEL in the environment gets the log of that level.
 */
export function loadQuietly<T>(load: () => T): T {
  if (process.env[levelVariable] !== undefined) return load();
  setEnvironment(levelVariable, '2');
  return process.platform === 'win32' ? load() : withoutStderr(load);
}

/** Sets the process's real environment, of which `process.env` of a worker thread is only a copy. */
export function setEnvironment(name: string, value: string): void {
  if (process.platform === 'win32') cLibrary().func('_putenv_s', 'int', ['str', 'str'])(name, value);
  else cLibrary().func('setenv', 'int', ['str', 'str', 'int'])(name, value, 1);
}

/** While it is loaded, the library writes two lines that no setting of its own suppresses. */
function withoutStderr<T>(call: () => T): T {
  const c = cLibrary();
  const duplicate = c.func('dup', 'int', ['int']);
  const duplicateTo = c.func('dup2', 'int', ['int', 'int']);
  const nowhere = openSync('/dev/null', 'w');
  const stderr = duplicate(2) as number;
  duplicateTo(nowhere, 2);
  try {
    return call();
  } finally {
    duplicateTo(stderr, 2);
    closeSync(stderr);
    closeSync(nowhere);
  }
}
