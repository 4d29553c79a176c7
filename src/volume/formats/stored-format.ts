import { checkStoredImage, loadStoredImage, type StoredImage } from '../stored-image.ts';
import type { Format } from './format.ts';

/** A format with raw or packed voxels, of which all is known once it is known where they lie. */
export const storedFormat = (
  { name, recognises }: Pick<Format, 'name' | 'recognises'>,
  locate: (file: string) => Promise<StoredImage>,
): Format => ({
  name,
  recognises,
  readHeader: async file => (await locate(file)).header,
  readVolumes: async file => loadStoredImage(await locate(file)),
  files: async file => [...new Set([file, (await locate(file)).dataFile])],
  check: async file => {
    const image = await locate(file);
    await checkStoredImage(image);
    return image.header;
  },
});
