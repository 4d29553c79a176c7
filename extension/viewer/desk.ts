import { copyFile, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { SceneVolume } from '../../src/contracts/viewer.ts';
import { makeFolder } from '../../src/foundation/folder.ts';
import { type KeptDrawing, volumeOf } from './drawings.ts';
import type { WantedVolume } from './scene-plan.ts';

/** What the desk needs of its surroundings. */
export interface DeskServices {
  /** Whether the page may fetch a file. */
  reaches(file: string): boolean;
  /** Where the page fetches a file. */
  url(file: string): string;
  /** Runs the command line. @throws Fault with what it says where it fails */
  run(args: readonly string[], signal: AbortSignal): Promise<unknown>;
  /** Something that takes a while has begun. */
  progress(message: string): void;
}

const NIFTI = /\.nii(\.gz)?$/i;
/** Beyond this many files of a folder it is said how many there are. */
const MANY = 50;

/**
 * Gives the page the volumes of one scene, so that it can fetch and read them: NIfTI files as they are, all others as
 * NIfTI in a folder for that alone, which goes when the desk is cleared.
 */
export class Desk {
  private made = 0;
  private readonly stop = new AbortController();

  /** @param folder is made when it is needed */
  constructor(
    private readonly services: DeskServices,
    private readonly folder: string,
  ) {}

  /** Whether the scene has given way to another one. */
  get isCleared(): boolean {
    return this.stop.signal.aborted;
  }

  /** Whether a volume can be fetched as it is, at once. */
  isReady({ file, write }: WantedVolume): boolean {
    return write === undefined && NIFTI.test(file) && this.services.reaches(file);
  }

  /** @throws Fault where the volume cannot be made; AbortError where the desk is cleared meanwhile */
  async prepare(wanted: WantedVolume): Promise<SceneVolume> {
    const { name, file, role, structures } = wanted;
    const readable = this.isReady(wanted) ? file : await this.write(wanted);
    this.stop.signal.throwIfAborted();
    return {
      id: `${file}#${++this.made}`,
      name,
      file,
      url: this.services.url(readable),
      ...(role && { role }),
      ...(structures && { structures }),
    };
  }

  /** A drawing that was kept, from the file with its voxels. */
  drawing(kept: KeptDrawing, voxels: string): SceneVolume {
    // The page keeps what it fetched; the file changes with each stroke.
    return volumeOf(kept, `${this.services.url(voxels)}?${Date.now()}`);
  }

  /** Ends what is being done and removes what was made. */
  async clear(): Promise<void> {
    this.stop.abort();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(wanted: WantedVolume): Promise<string> {
    this.stop.signal.throwIfAborted();
    await makeFolder(this.folder);
    try {
      return await this.writeTo(join(this.folder, `${++this.made}.nii`), wanted);
    } finally {
      // What was under way when the desk was cleared may have written behind it.
      if (this.isCleared) await rm(this.folder, { recursive: true, force: true });
    }
  }

  private async writeTo(output: string, { name, file, write }: WantedVolume): Promise<string> {
    if (write) {
      this.services.progress(`Reading the ${name}…`);
      await this.services.run(write(output), this.stop.signal);
      return output;
    }
    if (NIFTI.test(file)) {
      const copy = `${output}${/\.gz$/i.test(file) ? '.gz' : ''}`;
      await copyFile(file, copy);
      return copy;
    }
    const isSlice = /\.dcm$/i.test(file);
    this.services.progress(isSlice ? await seriesText(file) : `Converting ${name}…`);
    await this.services.run(
      ['convert', file, output, ...(isSlice ? ['--whole-series'] : [])],
      this.stop.signal,
    );
    return output;
  }
}

async function seriesText(slice: string): Promise<string> {
  const count = (await readdir(dirname(slice))).length;
  const many = count > MANY ? ` among the ${count.toLocaleString('en')} files of its folder` : '';
  return `Reading the DICOM series of ${basename(slice)}${many}…`;
}
