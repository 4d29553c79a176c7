import { Fault } from '../foundation/fault.ts';
import { byName, type Parameter } from '../models/parameters.ts';
import type { SumValues } from './epoch-sums.ts';
import { AVERAGE, AVERAGE_STATISTICS, STATISTICS, WEIGHTS } from './learned.ts';
import { type NamedTensor, readSafetensors, type TensorFile, writeSafetensors } from './safetensors.ts';

/** Where training stands; everything else follows from the configuration and the seed. */
export interface Progress {
  /** Epochs done. */
  readonly epoch: number;
  /** Optimizer steps done. */
  readonly step: number;
  /** Score of the best validation so far and its epoch (counted from 1, 0 where there was none). */
  readonly bestScore: number;
  readonly bestEpoch: number;
  /** Epoch of the last gain that counts, and epochs since, for early stopping. */
  readonly gainEpoch: number;
  readonly epochsWithoutGain: number;
  /** Scale of the loss with float16. */
  readonly lossScale: number;
  readonly stepsSinceOverflow: number;
  /** Sums over the steps of an epoch that was interrupted. */
  readonly sums?: SumValues | undefined;
  /** True where training was stopped between the last step of an epoch and its validation. */
  readonly validationDue?: boolean | undefined;
}

export const START: Progress = {
  epoch: 0,
  step: 0,
  bestScore: Number.NEGATIVE_INFINITY,
  bestEpoch: 0,
  gainEpoch: 0,
  epochsWithoutGain: 0,
  lossScale: 2 ** 15,
  stepsSinceOverflow: 0,
};

export interface Checkpoint {
  readonly progress: Progress;
  /** Values of the session's variables. */
  readonly variables: Readonly<Record<string, Float32Array>>;
}

/** The layers a checkpoint is made of. */
export interface Layout {
  readonly parameters: readonly Parameter[];
  readonly statistics: readonly Parameter[];
}

/** Weights, statistics and their averages are kept tensor by tensor under their names, the optimizer's state as vectors. */
const TENSOR_WISE: Readonly<Record<string, keyof Layout>> = {
  [WEIGHTS]: 'parameters',
  [AVERAGE]: 'parameters',
  [STATISTICS]: 'statistics',
  [AVERAGE_STATISTICS]: 'statistics',
};

/** Writes a checkpoint, whole or not at all. */
export const writeCheckpoint = (file: string, checkpoint: Checkpoint, layout: Layout): Promise<void> =>
  writeSafetensors(file, tensorsOf(checkpoint, layout));

/** A checkpoint as tensors under their names. */
export function tensorsOf(checkpoint: Checkpoint, layout: Layout): TensorFile {
  const tensors = new Map<string, NamedTensor>();
  for (const [variable, data] of Object.entries(checkpoint.variables)) {
    const kind = TENSOR_WISE[variable];
    if (!kind) {
      tensors.set(variable, { shape: [data.length], data });
      continue;
    }
    const values = byName(layout[kind], data);
    for (const { name, shape } of layout[kind])
      tensors.set(`${variable}/${name}`, { shape, data: values.get(name)! });
  }
  return { tensors, metadata: { progress: JSON.stringify(checkpoint.progress) } };
}

/**
 * Reads a checkpoint of a model.
 * @throws Fault where the file is broken or belongs to another network.
 */
export async function readCheckpoint(file: string, layout: Layout): Promise<Checkpoint> {
  return checkpointOf(await readSafetensors(file), file, layout);
}

/** The checkpoint of a model in tensors. @throws Fault, which names the file, where they belong to another network. */
export function checkpointOf({ tensors, metadata }: TensorFile, file: string, layout: Layout): Checkpoint {
  const stranger = (name: string, why: string) =>
    new Fault(`the checkpoint does not fit the network: "${name}" ${why}`, {
      place: { file },
      remedy: 'Use a checkpoint of a run with the same architecture, channels and structures.',
    });
  const variables: Record<string, Float32Array> = {};
  for (const [variable, kind] of Object.entries(TENSOR_WISE)) {
    const present = [...tensors.keys()].some(name => name.startsWith(`${variable}/`));
    if (!present) continue;
    const parameters = layout[kind];
    const flat = new Float32Array(parameters.reduce((sum, { size }) => sum + size, 0));
    let offset = 0;
    for (const { name, shape, size } of parameters) {
      const tensor = tensors.get(`${variable}/${name}`);
      if (!tensor) throw stranger(name, 'is missing');
      if (tensor.shape.join() !== shape.join())
        throw stranger(name, `has the shape ${tensor.shape}, not ${shape}`);
      flat.set(tensor.data, offset);
      offset += size;
    }
    variables[variable] = flat;
  }
  if (!variables[WEIGHTS]) throw stranger(WEIGHTS, 'is missing');
  for (const [name, { data }] of tensors) {
    if (!Object.keys(TENSOR_WISE).some(variable => name.startsWith(`${variable}/`))) variables[name] = data;
  }
  return { variables, progress: parseProgress(metadata.progress, file) };
}

function parseProgress(text: string | undefined, file: string): Progress {
  if (text === undefined) return START;
  try {
    const progress = JSON.parse(text) as Progress & { bestScore: number | null };
    // JSON has no infinity.
    return { ...START, ...progress, bestScore: progress.bestScore ?? START.bestScore };
  } catch (error) {
    throw new Fault('the checkpoint does not say where training stood', {
      place: { file },
      remedy: 'Use another checkpoint of the run.',
      cause: error,
    });
  }
}
