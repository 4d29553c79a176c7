import { architectureFacts, levelShapes } from '../config/architecture-facts.ts';
import { estimateStepMemory } from '../config/memory.ts';
import { type SegmentationConfiguration, segmentationSchema } from '../config/schema/configuration.ts';
import { voxelCount, type Zyx } from '../volume/volume.ts';
import type { Fingerprint } from './fingerprint.ts';
import { planTopology, type Topology } from './network-topology.ts';
import { medianOf, quantileOf } from './quantile.ts';

/** What the training may use. */
export interface Machine {
  /** Bytes of memory: the GPU's if there is one, else the computer's. */
  readonly memoryBytes: number;
  readonly cores: number;
  readonly gpu: boolean;
}

/** What nnU-Net's rules make of a data set and a machine. Sizes are [z, y, x]. */
export interface Plan {
  /** mm. */
  readonly spacing: Zyx;
  /** Whether slices are so thick that the plan takes thinner ones than the median. */
  readonly thickSlices: boolean;
  /** Median shape after resampling. */
  readonly shape: Zyx;
  readonly crop: Zyx;
  /** Downsampling into each further level. */
  readonly strides: readonly Zyx[];
  readonly batchSize: number;
  readonly features: number;
  /** Estimates for one training step. */
  readonly stepBytes: number;
  readonly stepFlop: number;
}

/** nnU-Net calls slices thick that are three times the spacing within them, and a third as many. */
const THICK = 3;
/** nnU-Net's crops start with this volume, clipped to the median shape. */
const LARGEST_CROP = 256 ** 3;
const BATCH_SIZE = 2;
/** Crops are not shrunk below so many voxels along an axis: less has nothing to show. */
const LEAST_CROP = 16;
/** Share of the memory that a step may take: other programs, crops and the cache need some, too. */
const MEMORY_SHARE = 0.5;
/** What a core does in a second with float32 convolutions (measured: about 80 on AVX-512; half without). */
const FLOP_A_CORE = 60e9;
/** Seconds that a step may take on processors; a GPU is limited by its memory. */
const STEP_SECONDS = 1;
/** Forward, gradient of the input and gradient of the weights, each a multiplication and an addition. */
const FLOP_A_WEIGHT = 6;

type Triple = [number, number, number];
const perAxis = (value: (axis: 0 | 1 | 2) => number): Triple => [value(0), value(1), value(2)];

/** nnU-Net's rules (Isensee et al., Nature Methods 2021), with a limit on computation where there is no GPU. */
export function planTraining(fingerprint: Fingerprint, machine: Machine): Plan {
  const { spacing, thickSlices } = targetSpacing(fingerprint);
  const shape = medianShape(fingerprint, spacing);
  const features = featuresFor(machine);
  const cost = costOf(fingerprint, features);
  const fits = (topology: Topology) => {
    const { bytes, flop } = cost(topology);
    return (
      bytes <= MEMORY_SHARE * machine.memoryBytes &&
      (machine.gpu || flop <= STEP_SECONDS * machine.cores * FLOP_A_CORE)
    );
  };
  const topology = shrinkUntil(fits, planTopology(initialCrop(spacing, shape), spacing), spacing, shape);
  const { bytes, flop } = cost(topology);
  return {
    spacing,
    thickSlices,
    shape,
    crop: topology.size,
    strides: topology.strides,
    batchSize: BATCH_SIZE,
    features,
    stepBytes: bytes,
    stepFlop: flop,
  };
}

/** The median of each axis; the tenth percentile where slices are thick and few, so that thin ones lose less. */
function targetSpacing({ spacings, shapes }: Fingerprint): { spacing: Zyx; thickSlices: boolean } {
  const median = perAxis(axis => medianOf(spacings.map(spacing => spacing[axis])));
  const extent = perAxis(axis => medianOf(shapes.map(shape => shape[axis])));
  const worst = median.indexOf(Math.max(...median)) as 0 | 1 | 2;
  const others = ([0, 1, 2] as const).filter(axis => axis !== worst);
  const within = Math.max(...others.map(axis => median[axis]));
  const thickSlices =
    median[worst] > THICK * within && extent[worst] * THICK < Math.min(...others.map(axis => extent[axis]));
  const tenth = quantileOf(Float64Array.from(spacings, spacing => spacing[worst]).sort(), 0.1);
  const spacing = perAxis(axis => (thickSlices && axis === worst ? Math.max(within, tenth) : median[axis]));
  return { spacing: perAxis(axis => Number(spacing[axis].toPrecision(4))), thickSlices };
}

function medianShape({ shapes, spacings }: Fingerprint, target: Zyx): Zyx {
  return perAxis(axis => {
    const extents = shapes.map((shape, index) => (shape[axis] * spacings[index]![axis]) / target[axis]);
    return Math.max(1, Math.round(medianOf(extents)));
  });
}

/** As long along each axis in mm, and not larger than the median scan. */
function initialCrop(spacing: Zyx, shape: Zyx): Zyx {
  const edge = Math.cbrt(LARGEST_CROP * spacing[0] * spacing[1] * spacing[2]);
  return perAxis(axis => Math.max(1, Math.min(Math.round(edge / spacing[axis]), shape[axis])));
}

/** Takes voxels off the axis that covers most of the median scan, until a step fits or nothing can be taken. */
function shrinkUntil(
  fits: (topology: Topology) => boolean,
  start: Topology,
  spacing: Zyx,
  shape: Zyx,
): Topology {
  let topology = start;
  while (!fits(topology)) {
    const { size, multiple } = topology;
    const [axis] = ([0, 1, 2] as const)
      .filter(candidate => size[candidate] - multiple[candidate] >= LEAST_CROP)
      .sort((a, b) => size[b] / shape[b] - size[a] / shape[a]);
    if (axis === undefined) break;
    const smaller = perAxis(index => size[index] - (index === axis ? multiple[axis] : 0));
    const next = planTopology(smaller, spacing);
    // Where other halvings would enlarge the crop again, the ones that there are stay.
    topology = voxelCount(next.size) < voxelCount(size) ? next : { ...topology, size: smaller };
  }
  return topology;
}

/** nnU-Net's 32 for a GPU or a large machine; fewer features where a large crop is worth more. */
function featuresFor({ cores, gpu }: Machine): number {
  if (gpu || cores >= 32) return 32;
  return cores >= 12 ? 24 : 16;
}

/** What a training step takes with a network of so many features. */
function costOf(fingerprint: Fingerprint, features: number) {
  return ({ size, strides }: Topology): { bytes: number; flop: number } => {
    const settings = networkSettings(fingerprint, { crop: size, strides, features, batchSize: BATCH_SIZE });
    const facts = architectureFacts(
      settings.architecture,
      settings.dataset.channels.length,
      settings.dataset.structures.length + 1,
    )!;
    const shapes = levelShapes(facts, size);
    const products = facts.levels.map(({ weights }, level) => weights * voxelCount(shapes[level]!));
    return {
      bytes: estimateStepMemory(settings)!.total,
      flop: BATCH_SIZE * FLOP_A_WEIGHT * products.reduce((sum, product) => sum + product, 0),
    };
  };
}

/** The settings that memory and computation depend on. */
function networkSettings(
  { channels, structures }: Fingerprint,
  { crop, strides, features, batchSize }: Pick<Plan, 'crop' | 'strides' | 'features' | 'batchSize'>,
): SegmentationConfiguration {
  return segmentationSchema.parse({
    task: 'segmentation',
    dataset: {
      channels: channels.map(({ name }) => name),
      structures: structures.map(({ name }) => ({ name })),
    },
    sampling: { crop_size: [...crop] },
    architecture: { name: 'plain_unet', features, levels: strides.length + 1, strides },
    training: { batch_size: batchSize },
  });
}
