import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { SceneVolume } from '../../src/contracts/viewer.ts';
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
 * Gives the page volumes that it can fetch and read: NIfTI files as they are, all others as NIfTI in a folder for that
 * alone, which goes when the desk is cleared.
 */
export class Desk {
  private folder: Promise<string> | undefined;
  private made = 0;
  private readonly stop = new AbortController();

  constructor(private readonly services: DeskServices) {}

  /** Whether a volume can be fetched as it is, at once. */
  isReady({ file, write }: WantedVolume): boolean {
    return write === undefined && NIFTI.test(file) && this.services.reaches(file);
  }

  /** @throws Fault where the volume cannot be made */
  async prepare(wanted: WantedVolume): Promise<SceneVolume> {
    const { name, file, role, structures } = wanted;
    const readable = this.isReady(wanted) ? file : await this.write(wanted);
    return {
      id: `${file}#${++this.made}`,
      name,
      file,
      url: this.services.url(readable),
      ...(role && { role }),
      ...(structures && { structures }),
    };
  }

  /** Ends what is being done and removes what was made. */
  async clear(): Promise<void> {
    this.stop.abort();
    const folder = await this.folder;
    if (folder) await rm(folder, { recursive: true, force: true });
  }

  private async write({ name, file, write }: WantedVolume): Promise<string> {
    this.folder ??= mkdtemp(join(tmpdir(), 'innereye-viewer-'));
    const folder = await this.folder;
    const output = join(folder, `${++this.made}.nii`);
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
