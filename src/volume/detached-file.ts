import { dirname } from 'node:path';
import { Fault } from '../foundation/fault.ts';
import { insideFolder } from '../foundation/inside-folder.ts';

/**
 * The file with the voxels of a header of its own. A header comes with downloaded data, so it may name files beside
 * and below itself only: else any file of the machine could be shown as voxels.
 * @throws Fault for a path that leads elsewhere.
 */
export function detachedFile(header: string, path: string): string {
  const file = insideFolder(dirname(header), path);
  if (file !== undefined) return file;
  throw new Fault(`the header names a file of voxels outside of its folder: ${JSON.stringify(path)}`, {
    place: { file: header },
    remedy: 'Put the voxels beside the header and name them so, or save the volume as one file.',
  });
}
