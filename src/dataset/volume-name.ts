import { basename } from 'node:path';

/** Ends of file names that hold a volume; the longer ones first. */
export const VOLUME_EXTENSIONS = [
  '.nii.gz',
  '.nii',
  '.nrrd',
  '.nhdr',
  '.mha',
  '.mhd',
  '.npy',
  '.npz',
] as const;

/** Whether a file's name is that of a volume; names that start with a dot (macOS' "._x") are not. */
export const isVolumeName = (name: string): boolean =>
  !basename(name).startsWith('.') &&
  VOLUME_EXTENSIONS.some(extension => name.toLowerCase().endsWith(extension));

/** The file's name without folder and ending: `imagesTr/liver_003.nii.gz` is the subject `liver_003`. */
export function subjectIdOf(path: string): string {
  const name = basename(path.replaceAll('\\', '/'));
  const extension = VOLUME_EXTENSIONS.find(ending => name.toLowerCase().endsWith(ending));
  return extension === undefined ? name : name.slice(0, -extension.length);
}
