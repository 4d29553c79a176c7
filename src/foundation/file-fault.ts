import { dirname } from 'node:path';
import { Fault } from './fault.ts';

/** What is wrong and what to do, by the code with which a file system refuses. */
const REFUSALS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  ENOENT: ['there is no such file or folder', 'Check the path.'],
  EISDIR: ['a folder is named where a file is needed', 'Name a file.'],
  ENOTDIR: [
    'a folder is needed, and this is a file or lies below one',
    'Check the path, or choose another folder.',
  ],
  EEXIST: ['there is a file or folder of that name already', 'Choose another name.'],
  ENOTEMPTY: ['the folder is not empty', 'Choose another folder.'],
  EACCES: ['permission denied', 'Choose a place you may read and write, or have its permissions changed.'],
  EPERM: ['permission denied', 'Choose a place you may read and write, or have its permissions changed.'],
  EROFS: ['the file system is read-only', 'Choose a folder on another one.'],
  ENOSPC: ['the disk is full', 'Free some space, or choose a folder on another disk.'],
  EDQUOT: ["the disk is full: the user's quota is used up", 'Free some space, or choose another disk.'],
  EFBIG: ['the file grows larger than the file system allows', 'Choose a folder on another one.'],
  EIO: ['the disk reports an error', 'Check the disk, or the connection to it.'],
  EBUSY: ['another program uses the file or folder', 'Close it there, and try again.'],
  ETXTBSY: ['another program uses the file', 'Close it there, and try again.'],
  ELOOP: ['its symbolic links lead in a circle', 'Mend the links, or name the file itself.'],
  ENAMETOOLONG: ['the name is too long', 'Choose a shorter one.'],
  EMFILE: ['too many files are open', 'Allow more of them (`ulimit -n`), or let less run at the same time.'],
  ENFILE: ['too many files are open on this machine', 'Let less run at the same time.'],
};

/** With which names of files a refused call may come; calls of the network come with others. */
interface Refusal extends NodeJS.ErrnoException {
  readonly dest?: string;
}

/**
 * The fault a user understands for what a file system refuses; other errors come back unchanged. Errors of files reach
 * the user through here, whichever command met them.
 * @param known the path as the user named it; default: the one that the error names
 */
export function asFileFault(error: unknown, known?: string): unknown {
  if (!(error instanceof Error) || error instanceof Fault) return error;
  const { code = '', syscall, path, dest } = error as Refusal;
  const refusal = REFUSALS[code];
  if (refusal === undefined || syscall === undefined) return error;
  // A call with two files is a renaming or copying: the second is the one that the user named.
  const file = known ?? dest ?? path;
  // Without a file it is an open file, a stream or a socket; these alone cannot be refusals of the network.
  if (file === undefined && !['ENOSPC', 'EDQUOT', 'EISDIR'].includes(code)) return error;
  const [what, remedy] = refusal;
  return new Fault(what, { ...(file !== undefined && { place: { file } }), remedy, cause: error });
}

/** As `asFileFault`, for a file that was to be read. */
export function asReadFault(error: unknown, file: string): unknown {
  const what: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EISDIR: 'this is a folder, not a file',
    EACCES: 'the file could not be read: permission denied',
    EPERM: 'the file could not be read: permission denied',
    ENAMETOOLONG: 'the name is too long for a file',
    ERR_INVALID_ARG_VALUE: 'this is not a file name',
    EIO: 'the disk reported an error while the file was read',
  };
  const message = what[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  if (message === undefined || error instanceof Fault) return asFileFault(error, file);
  return new Fault(message, {
    place: { file },
    remedy: 'Check the path and the permissions.',
    cause: error,
  });
}

/** As `asFileFault`, for a file or folder that was to be written; it need not be the one that the error names. */
export function asWriteFault(error: unknown, file: string): unknown {
  const { path } = (error ?? {}) as NodeJS.ErrnoException;
  // What was to be read for it lies in another folder.
  const own = path === undefined || dirname(path) === dirname(file);
  const fault = (what: string, remedy: string) => new Fault(what, { place: { file }, remedy, cause: error });
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fault(
        'the disk is full: the file could not be written',
        'Free some space, or choose another output folder; what was written before is intact.',
      );
    case 'EEXIST':
    case 'ENOTDIR':
      return fault(
        'the folder cannot be made: there is a file of that name',
        'Choose another output folder.',
      );
    case 'EISDIR':
      return fault('the file could not be written: there is a folder of that name', 'Name a file.');
    case 'ENOENT':
      if (!own) return asFileFault(error);
      return fault(
        'nothing can be made here: the system allows no new files',
        'Choose another output folder.',
      );
    case 'EACCES':
    case 'EPERM':
      return fault(
        'the file could not be written: permission denied',
        'Choose an output folder you may write to.',
      );
    case 'EROFS':
      return fault(
        'the file could not be written: the file system is read-only',
        'Choose an output folder you may write to.',
      );
    default:
      return asFileFault(error, own ? file : undefined);
  }
}
