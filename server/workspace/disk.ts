import { existsSync, statSync } from 'node:fs';
import { BoundedMap } from '../../src/foundation/bounded-map.ts';
import { readRegularFile } from '../../src/foundation/regular-file.ts';
import { Boundary } from './boundary.ts';

/** A file is looked at again after this time at the earliest, unless the editor tells of a change. */
const TRUSTED_MS = 2000;
/** Longer files are not read: they are no configuration and no plugin. */
const MAXIMUM_BYTES = 1e6;
/** Files and answers remembered; while someone types a path, each key stroke names another one. */
const MAXIMUM_KNOWN = 2000;

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
  private readonly texts = new BoundedMap<string, Known>(MAXIMUM_KNOWN);
  private readonly existence = new BoundedMap<string, { readonly exists: boolean; readonly checked: number }>(
    MAXIMUM_KNOWN,
  );

  /**
   * @param now a clock in milliseconds.
   * @param boundary what may be looked at at all.
   */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly boundary = new Boundary(),
  ) {}

  /** The text of a file; undefined where there is none. @throws Error that says why it cannot or may not be read. */
  text(file: string): string | undefined {
    this.boundary.require(file);
    const known = this.texts.get(file);
    const now = this.now();
    if (known !== undefined && now - known.checked < TRUSTED_MS) return known.text;
    const found = statSync(file, { throwIfNoEntry: false });
    const [modified, size] = [found?.mtimeMs ?? -1, found?.size ?? -1];
    if (known !== undefined && known.modified === modified && known.size === size) {
      known.checked = now;
      return known.text;
    }
    const text = readRegularFile(file, MAXIMUM_BYTES);
    this.texts.set(file, { text, modified, size, checked: now });
    return text;
  }

  /** True where there is a file or folder; of what may not be looked at nothing bad is said. */
  exists(path: string): boolean {
    if (!this.boundary.permits(path)) return true;
    const known = this.existence.get(path);
    const now = this.now();
    if (known !== undefined && now - known.checked < TRUSTED_MS) return known.exists;
    const exists = existsSync(path);
    this.existence.set(path, { exists, checked: now });
    return exists;
  }

  /** Makes the next question look at the disk. */
  changed(file: string): void {
    this.texts.delete(file);
    this.existence.clear();
  }
}
