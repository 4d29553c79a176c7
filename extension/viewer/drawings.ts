import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SceneVolume, UnsavedDrawing, ViewerState } from '../../src/contracts/viewer.ts';
import { writeFileAtomically } from '../../src/foundation/atomic-file.ts';
import { makeFolder } from '../../src/foundation/folder.ts';

/** A drawing that was not saved, and the scene that it was drawn in. */
export interface KeptDrawing extends UnsavedDrawing {
  readonly state: ViewerState;
}

const files = z.array(z.string());
const keptSchema = z.object({
  // It names files of ours.
  id: z.string().regex(/^[\w-]+$/),
  name: z.string(),
  file: z.string(),
  of: z.string(),
  over: z.string(),
  structures: z.array(z.object({ value: z.number(), name: z.string(), color: z.string().optional() })),
  state: z.object({
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('file'), file: z.string() }),
      z.object({ kind: z.enum(['overlay', 'sideBySide']), files }),
      z.object({ kind: z.literal('runs'), runs: files }),
      z.object({ kind: z.literal('series'), folder: z.string(), uid: z.string(), name: z.string() }),
    ]),
    subject: z.string().optional(),
  }),
});

/**
 * Drawings that are not saved yet, in a folder of the workspace's storage: two files each, the voxels and what is known
 * of them. They outlive panels and windows, and go when they are saved or given up.
 */
export class Drawings {
  /** Those that a panel shows: no other one shall show them too. */
  private readonly shown = new Set<string>();
  /** One change after the other, so that the last stroke is what stays. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly folder: string) {}

  /** @throws Fault where it cannot be written */
  keep(drawing: KeptDrawing, bytes: Uint8Array): Promise<void> {
    const { id } = keptSchema.parse(drawing);
    this.shown.add(id);
    return this.next(async () => {
      await makeFolder(this.folder);
      await writeFileAtomically(this.voxels(id), bytes);
      await writeFileAtomically(this.facts(id), JSON.stringify(drawing));
    });
  }

  /** It was saved, or given up. */
  forget(id: string): Promise<void> {
    this.shown.delete(id);
    return this.next(async () => {
      await rm(this.facts(id), { force: true });
      await rm(this.voxels(id), { force: true });
    });
  }

  /** The panel that showed them is gone. */
  release(ids: Iterable<string>): void {
    for (const id of ids) this.shown.delete(id);
  }

  /** Those that no panel shows. */
  async left(): Promise<KeptDrawing[]> {
    await this.last.catch(() => {});
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const found = await Promise.all(
      names.filter(name => name.endsWith('.json')).map(name => this.read(join(this.folder, name))),
    );
    return found.filter(drawing => drawing !== undefined && !this.shown.has(drawing.id)) as KeptDrawing[];
  }

  /** Takes those that were drawn over a scan, for a panel that shows it. */
  async takeOver(scan: string): Promise<KeptDrawing[]> {
    const found = (await this.left()).filter(({ over, id }) => over === scan && !this.shown.has(id));
    for (const { id } of found) this.shown.add(id);
    return found;
  }

  /** The file with its voxels, which stays until it is forgotten. */
  voxels(id: string): string {
    return join(this.folder, `${id}.nii.gz`);
  }

  private facts(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  /** Undefined for what is no drawing of ours, or is just being forgotten. */
  private async read(file: string): Promise<KeptDrawing | undefined> {
    try {
      return keptSchema.parse(JSON.parse(await readFile(file, 'utf8'))) as KeptDrawing;
    } catch {
      return undefined;
    }
  }

  private next(change: () => Promise<void>): Promise<void> {
    const made = this.last.catch(() => {}).then(change);
    this.last = made;
    return made;
  }
}

/** A kept drawing as a volume of a scene. */
export const volumeOf = ({ id, name, file, of, structures }: KeptDrawing, url: string): SceneVolume => ({
  id,
  name,
  file,
  url,
  role: 'labels',
  structures,
  drawing: { of },
});
