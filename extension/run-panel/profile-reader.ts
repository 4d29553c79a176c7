import { readFile } from 'node:fs/promises';
import { type Profile, profileSchema } from '../../src/contracts/profile.ts';

/** Reads a run's profile when it is there, and again when it has changed. */
export class ProfileReader {
  private text = '';

  constructor(private readonly file: string) {}

  /** The profile where it is new; undefined where there is none, or none of ours. */
  async next(): Promise<Profile | undefined> {
    const text = await readFile(this.file, 'utf8').catch(() => '');
    if (text === this.text) return undefined;
    this.text = text;
    try {
      return profileSchema.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }
}
