import { copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../engine/session.ts';
import { replaceAtomically } from '../foundation/atomic-file.ts';
import { Fault } from '../foundation/fault.ts';
import type { Model } from '../models/model.ts';
import { byName } from '../models/parameters.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../training/checkpoint.ts';
import { readSafetensors } from '../training/safetensors.ts';
import { AVERAGE, WEIGHTS } from '../training/training-step.ts';
import { RUN_FILES } from './run-folder.ts';

const PATTERN = /^step-(\d+)\.safetensors$/;

/** The checkpoints of a run: the latest few to go on from, and the best one to predict with. */
export class CheckpointFolder {
  private readonly folder: string;

  constructor(
    private readonly runFolder: string,
    private readonly model: Model,
    private readonly keep: number,
  ) {
    this.folder = join(runFolder, RUN_FILES.checkpoints);
  }

  /** Writes a checkpoint, whole or not at all, and removes those that are too old. @returns its path in the run. */
  async save(checkpoint: Checkpoint, best: boolean): Promise<string> {
    const name = `step-${String(checkpoint.progress.step).padStart(8, '0')}.safetensors`;
    const file = join(this.folder, name);
    await writeCheckpoint(file, checkpoint, this.model);
    if (best)
      await replaceAtomically(join(this.runFolder, RUN_FILES.best), temporary => copyFile(file, temporary));
    for (const old of (await this.names()).slice(0, -this.keep))
      await rm(join(this.folder, old), { force: true });
    return `${RUN_FILES.checkpoints}/${name}`;
  }

  /** The newest checkpoint that can be read; broken ones are passed over. Undefined where there is none. */
  async latest(): Promise<Checkpoint | undefined> {
    for (const name of (await this.names()).reverse()) {
      try {
        return await readCheckpoint(join(this.folder, name), this.model);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }
    return undefined;
  }

  best(): Promise<Checkpoint> {
    return readCheckpoint(join(this.runFolder, RUN_FILES.best), this.model);
  }

  /**
   * Takes over the weights of another run (its best) or of a checkpoint file, where name and shape are equal.
   * @throws Fault where nothing fits.
   */
  async initialize(session: Session, source: string): Promise<void> {
    const isFolder = (await stat(source).catch(() => undefined))?.isDirectory();
    const file = isFolder ? join(source, RUN_FILES.best) : source;
    const { tensors } = await readSafetensors(file);
    const { [WEIGHTS]: weights } = await session.read([WEIGHTS]);
    let taken = 0;
    for (const [name, values] of byName(this.model.parameters, weights!)) {
      const tensor = tensors.get(`${AVERAGE}/${name}`) ?? tensors.get(`${WEIGHTS}/${name}`);
      const shape = this.model.parameters.find(parameter => parameter.name === name)!.shape;
      if (!tensor || tensor.shape.join() !== shape.join()) continue;
      values.set(tensor.data);
      taken++;
    }
    if (taken === 0) {
      throw new Fault('no layer of the initial weights fits the network', {
        place: { file },
        remedy: 'Name a run with the same architecture in training.initial_weights.',
      });
    }
    const averaged = Object.keys(await session.read()).includes(AVERAGE);
    await session.write({ [WEIGHTS]: weights!, ...(averaged && { [AVERAGE]: weights! }) });
  }

  private async names(): Promise<string[]> {
    await mkdir(this.folder, { recursive: true });
    return (await readdir(this.folder)).filter(name => PATTERN.test(name)).sort();
  }
}
