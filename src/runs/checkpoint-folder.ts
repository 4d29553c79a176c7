import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../engine/session.ts';
import { Fault } from '../foundation/fault.ts';
import { makeFolder } from '../foundation/folder.ts';
import { frozenIn } from '../models/frozen.ts';
import type { NetworkWeights } from '../models/model.ts';
import { byName, type Parameter } from '../models/parameters.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../training/checkpoint.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from '../training/learned.ts';
import { readSafetensors } from '../training/safetensors.ts';
import { checkpointName, stepOfCheckpoint } from './checkpoint-name.ts';
import { RUN_FILES } from './run-folder.ts';

/** The checkpoints of a run: the latest few to go on from, and the best one to predict with. */
export class CheckpointFolder {
  private readonly folder: string;

  constructor(
    private readonly runFolder: string,
    private readonly model: NetworkWeights,
    private readonly keep: number,
  ) {
    this.folder = join(runFolder, RUN_FILES.checkpoints);
  }

  /** Writes a checkpoint, whole or not at all, and removes those that are too old. @returns its path in the run. */
  async save(checkpoint: Checkpoint, best: boolean): Promise<string> {
    const name = checkpointName(checkpoint.progress.step);
    const file = join(this.folder, name);
    // The best first: a run that is killed between the two repeats the epoch and finds the same best.
    if (best) await writeCheckpoint(join(this.runFolder, RUN_FILES.best), checkpoint, this.model);
    await writeCheckpoint(file, checkpoint, this.model);
    const names = await this.names();
    // Those of later steps could not be read when the training went on from an earlier one.
    const later = names.filter(other => other > name);
    const older = names.filter(other => other <= name).slice(0, -this.keep);
    for (const gone of [...older, ...later]) await rm(join(this.folder, gone), { force: true });
    return `${RUN_FILES.checkpoints}/${name}`;
  }

  /**
   * The newest checkpoint that can be read; undefined where there is none.
   * @param onBroken is told of one that is passed over, and why.
   */
  async latest(onBroken?: (why: Fault) => void): Promise<Checkpoint | undefined> {
    for (const name of (await this.names()).reverse()) {
      try {
        return await readCheckpoint(join(this.folder, name), this.model);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        onBroken?.(error);
      }
    }
    return undefined;
  }

  best(): Promise<Checkpoint> {
    return readCheckpoint(join(this.runFolder, RUN_FILES.best), this.model);
  }

  /**
   * Takes over the weights and running statistics of another run (its best) or of a checkpoint file, where name and
   * shape are equal.
   * @param options.averaged the session keeps averages too; `frozen` parts of the network, which must be among what fits.
   * @returns how many of the network's tensors were taken over.
   * @throws Fault where nothing fits, or not all that is frozen.
   */
  async initialize(
    session: Session,
    source: string,
    { averaged, frozen = [] }: { averaged: boolean; frozen?: readonly string[] },
  ): Promise<number> {
    const isFolder = (await stat(source).catch(() => undefined))?.isDirectory();
    const file = isFolder ? join(source, RUN_FILES.best) : source;
    const { tensors } = await readSafetensors(file);
    const { parameters, statistics } = this.model;
    const variables = await session.read([WEIGHTS, ...(statistics.length > 0 ? [STATISTICS] : [])]);
    const take = (own: readonly Parameter[], flat: Float32Array, kinds: readonly string[]): Set<string> => {
      const values = byName(own, flat);
      const fitting = own.filter(({ name, shape }) => {
        const tensor = kinds.map(kind => tensors.get(`${kind}/${name}`)).find(found => found !== undefined);
        if (!tensor || tensor.shape.join() !== shape.join()) return false;
        values.get(name)!.set(tensor.data);
        return true;
      });
      return new Set(fitting.map(({ name }) => name));
    };
    const taken = take(parameters, variables[WEIGHTS]!, [AVERAGE, WEIGHTS]);
    const known = variables[STATISTICS];
    if (taken.size > 0 && known) take(statistics, known, [AVERAGE_STATISTICS, STATISTICS]);
    if (taken.size === 0) {
      throw new Fault('no layer of the initial weights fits the network', {
        place: { file },
        remedy: 'Name a run with the same architecture in training.initial_weights.',
      });
    }
    const isFrozen = frozen.length > 0 ? frozenIn(this.model, frozen) : () => false;
    const left = parameters.filter(({ name }) => isFrozen(name) && !taken.has(name));
    if (left.length > 0) {
      throw new Fault(
        `the initial weights do not have all that is frozen: ${left.length} of the network's tensors, such as "${left[0]!.name}" of the shape [${left[0]!.shape}]`,
        {
          place: { file },
          remedy:
            'Describe the network as in the configuration of the run it starts from, or freeze less in training.frozen.',
        },
      );
    }
    await session.write({
      ...variables,
      ...(averaged && { [AVERAGE]: variables[WEIGHTS]! }),
      ...(averaged && known && { [AVERAGE_STATISTICS]: known }),
    });
    return taken.size;
  }

  private async names(): Promise<string[]> {
    await makeFolder(this.folder);
    return (await readdir(this.folder)).filter(name => stepOfCheckpoint(name) !== undefined).sort();
  }
}
