import { readFileSync, statSync } from 'node:fs';

/** A file is looked at again after this time at the earliest, unless the editor tells of a change. */
const TRUSTED_MS = 2000;
/** Longer files are not read: they are no configuration and no plugin. */
const MAXIMUM_BYTES = 10e6;

interface Known {
  readonly text: string | undefined;
  readonly modified: number;
  readonly size: number;
  checked: number;
}

/**
 * Texts of files, read again only where they have changed. Nothing is watched here: whoever asks sees the disk as it
 * was at most two seconds ago, so that also what no editor tells of (a folder removed as a whole, a file outside of the
 * workspace) is noticed at the next key stroke.
 */
export class Disk {
  private readonly texts = new Map<string, Known>();
  private readonly existence = new Map<string, { readonly exists: boolean; readonly checked: number }>();

  /** @param now a clock in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The text of a file; undefined where there is none. @throws where it cannot be read. */
  text(file: string): string | undefined {
    const known = this.texts.get(file);
    const now = this.now();
    if (known !== undefined && now - known.checked < TRUSTED_MS) return known.text;
    const found = statSync(file, { throwIfNoEntry: false });
    const [modified, size] = [found?.mtimeMs ?? -1, found?.size ?? -1];
    if (known !== undefined && known.modified === modified && known.size === size) {
      known.checked = now;
      return known.text;
    }
    if (size > MAXIMUM_BYTES) throw new Error(`it has ${size} bytes, too many for a configuration`);
    const text = found === undefined ? undefined : readFileSync(file, 'utf8');
    this.texts.set(file, { text, modified, size, checked: now });
    return text;
  }

  /** True where there is a file or folder. */
  exists(path: string): boolean {
    const known = this.existence.get(path);
    const now = this.now();
    if (known !== undefined && now - known.checked < TRUSTED_MS) return known.exists;
    const exists = statSync(path, { throwIfNoEntry: false }) !== undefined;
    this.existence.set(path, { exists, checked: now });
    return exists;
  }

  /** Makes the next question look at the disk. */
  changed(file: string): void {
    this.texts.delete(file);
    this.existence.clear();
  }
}
