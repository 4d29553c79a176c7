import type { Zyx } from '../volume/volume.ts';
import { architectureFacts, type LevelFacts, RESIDUAL_BLOCKS } from './architecture-facts.ts';
import type { ScalarArchitecture, ScalarArchitectureSettings } from './schema/scalar-architecture.ts';

/** What follows from an architecture of classification or regression and its images, without building it. */
export interface ScalarArchitectureFacts {
  /** Smallest images [z, y, x] in voxels. */
  readonly minimumInput: Zyx;
  /** The size of images [z, y, x] must be a multiple of these. */
  readonly multiple: Zyx;
  /** Size [z, y, x] of the last feature maps; 0 or less where the images are too small. */
  readonly mapSize: Zyx;
  /** Feature channels of the last feature maps. */
  readonly features: number;
  /** The encoder's resolutions, finest first; for estimates of memory. */
  readonly levels: readonly LevelFacts[];
}

type WithEncoder = Exclude<ScalarArchitectureSettings, { name: 'mlp' | 'plugin' | 'unet_volumes' }>;

/**
 * Facts about the encoder of an architecture; undefined for those without one, and for plugins.
 * @param size [z, y, x] of the images
 * @param tabular whether there are features of the table beside the images
 */
export function scalarArchitectureFacts(
  architecture: ScalarArchitectureSettings,
  images: { readonly channels: number; readonly size: Zyx; readonly tabular: boolean },
): ScalarArchitectureFacts | undefined {
  if (architecture.name === 'mlp' || architecture.name === 'plugin') return undefined;
  const channels = architecture.joint_channels ? images.channels : 1;
  if (architecture.name === 'unet_volumes') {
    const { network, structures: features } = architecture;
    const { levels, cropMultiple: multiple } = architectureFacts(network, channels, features + 1)!;
    return { minimumInput: multiple, multiple, mapSize: images.size, features, levels };
  }
  const levels = levelsOf(architecture, { ...images, channels });
  if (architecture.name === 'image_encoder' && architecture.padding === 'none') {
    const steps = convolutionsOf(architecture, images.tabular);
    return {
      multiple: [1, 1, 1],
      minimumInput: perAxis(axis => steps.reduceRight((size, step) => before(size, step, axis), 1)),
      mapSize: perAxis(axis => steps.reduce((size, step) => after(size, step, axis), images.size[axis])),
      features: levels[levels.length - 1].features,
      levels,
    };
  }
  const { scale, features } = levels[levels.length - 1];
  const mapSize = perAxis(axis => Math.ceil(images.size[axis] / scale[axis]));
  return { minimumInput: [1, 1, 1], multiple: [1, 1, 1], mapSize, features, levels };
}

interface Step {
  readonly kernel: Zyx;
  readonly stride: Zyx;
}

const after = (size: number, { kernel, stride }: Step, axis: 0 | 1 | 2): number =>
  Math.floor((size - kernel[axis]) / stride[axis]) + 1;
const before = (size: number, { kernel, stride }: Step, axis: 0 | 1 | 2): number =>
  (size - 1) * stride[axis] + kernel[axis];

/** The convolutions of InnerEye's encoder, each of which loses its border. */
function convolutionsOf(
  { blocks, kernel_size: kernel, stride, reduction }: ScalarArchitecture<'image_encoder'>,
  tabular: boolean,
): Step[] {
  const block: Step[] = [
    { kernel, stride },
    { kernel, stride: [1, 1, 1] },
  ];
  const reduced = tabular && reduction < 1;
  return [
    ...Array.from({ length: blocks }, () => block).flat(),
    ...(reduced ? [{ kernel: [1, 3, 3], stride: [1, 2, 2] } as const] : []),
  ];
}

interface Images {
  readonly channels: number;
  readonly size: Zyx;
  readonly tabular: boolean;
}

function levelsOf(architecture: WithEncoder, images: Images): readonly LevelFacts[] {
  switch (architecture.name) {
    case 'image_encoder':
      return imageEncoderLevels(architecture, images);
    case 'glaucoma_net': {
      const { features } = architecture;
      const cubes = [7, 5, 3, 3, 3].map(edge => volume(within(images.size, edge)));
      const weights = cubes.reduce(
        (sum, cube, index) => sum + cube * features * (index === 0 ? images.channels : features),
        0,
      );
      return [{ scale: within(images.size, 2), features, layers: 5, weights }];
    }
    case 'resnet':
      return resnetLevels(architecture, images);
    case 'densenet':
      return densenetLevels(architecture, images);
    case 'segmentation_encoder':
      return segmentationLevels(architecture, images);
    case 'unet_encoder':
      return unetLevels(architecture, images.channels);
  }
}

function imageEncoderLevels(
  { features, blocks, kernel_size: kernel, stride, reduction }: ScalarArchitecture<'image_encoder'>,
  { channels, tabular }: Images,
): LevelFacts[] {
  let scale: Zyx = [1, 1, 1];
  const levels = Array.from({ length: blocks }, (_, index): LevelFacts => {
    scale = times(scale, stride);
    const outputs = features * (index + 1);
    const inputs = index === 0 ? channels : features * index;
    return { scale, features: outputs, layers: 2, weights: volume(kernel) * outputs * (inputs + outputs) };
  });
  if (!tabular || reduction === 1) return levels;
  const deepest = features * blocks;
  const fewer = Math.max(1, Math.floor(reduction * deepest));
  const reduced = {
    scale: times(scale, [1, 2, 2]),
    features: fewer,
    layers: 1,
    weights: 9 * deepest * fewer,
  };
  return [...levels, reduced];
}

function resnetLevels(
  { features, max_features: most, blocks, stem }: ScalarArchitecture<'resnet'>,
  { channels, size }: Images,
): LevelFacts[] {
  const cube = volume(within(size, 3));
  const featuresAt = (stage: number) => Math.min(features * 2 ** stage, most);
  let scale = times(within(size, stem.stride), stem.pool ? within(size, 2) : [1, 1, 1]);
  return blocks.map((count, stage): LevelFacts => {
    if (stage > 0) scale = times(scale, within(size, 2));
    const [outputs, inputs] = [featuresAt(stage), featuresAt(Math.max(0, stage - 1))];
    const first = volume(within(size, stem.kernel_size)) * channels * outputs;
    const skip = stage > 0 ? inputs * outputs : 0;
    const convolutions = cube * outputs * (inputs + (2 * count - 1) * outputs);
    return {
      scale,
      features: outputs,
      layers: 2 * count + (stage > 0 ? 0 : 1),
      weights: convolutions + skip + (stage === 0 ? first : 0),
    };
  });
}

function densenetLevels(
  { features: begin, growth, bottleneck, blocks, stem }: ScalarArchitecture<'densenet'>,
  { channels, size }: Images,
): LevelFacts[] {
  const cube = volume(within(size, 3));
  const narrow = bottleneck * growth;
  let scale = times(within(size, stem.stride), stem.pool ? within(size, 2) : [1, 1, 1]);
  let features = begin;
  return blocks.map((count, index): LevelFacts => {
    if (index > 0) scale = times(scale, within(size, 2));
    let weights = index === 0 ? volume(within(size, stem.kernel_size)) * channels * begin : 0;
    for (let layer = 0; layer < count; layer++) {
      weights += features * narrow + cube * narrow * growth;
      features += growth;
    }
    const level = { scale, features, layers: 2 * count + 1, weights };
    if (index === blocks.length - 1) return level;
    const halved = Math.floor(features / 2);
    const transition = features * halved;
    features = halved;
    return { ...level, weights: weights + transition };
  });
}

function segmentationLevels(
  { classes }: ScalarArchitecture<'segmentation_encoder'>,
  { channels, size }: Images,
): LevelFacts[] {
  const inputs = channels * classes;
  const [, y, x] = within(size, 2);
  const levels: LevelFacts[] = [{ scale: [1, 1, 1], features: inputs, layers: 1, weights: 9 * inputs * 2 }];
  let scale: Zyx = [1, y, x];
  let features = inputs + 2;
  for (let group = 0; group < 3; group++) {
    const weights = features * (4 * 9 + 2 * 3);
    const halved = Math.floor((features + 6) / 2);
    levels.push({ scale, features, layers: 2, weights: weights + (features + 6) * halved });
    scale = times(scale, within(size, 2));
    features = halved;
  }
  const halved = Math.floor((features + 9) / 2);
  const weights = features * (6 * 9 + 3 * 3) + (features + 9) * halved;
  return [...levels, { scale, features: halved, layers: 3, weights }];
}

/** Of the levels of a segmentation network the encoder's part, roughly. */
function unetLevels(
  { network }: ScalarArchitecture<'unet_encoder'>,
  channels: number,
): readonly LevelFacts[] {
  const { levels } = architectureFacts(network, channels, 1)!;
  return levels.map(({ scale, features }, level) => {
    const above = level === 0 ? channels : levels[level - 1].features;
    const edge = 'kernel_size' in network ? network.kernel_size : 3;
    const cube = network.name === 'unet2d' ? edge ** 2 : edge ** 3;
    const layers =
      network.name === 'plain_unet'
        ? network.convolutions
        : network.name === 'residual_unet'
          ? 2 * (network.blocks?.[level] ?? RESIDUAL_BLOCKS[level])
          : 2;
    return { scale, features, layers, weights: cube * features * (above + (layers - 1) * features) };
  });
}

/** The same edge along each axis; 1 where images have one voxel only. */
const within = (size: Zyx, edge: number): Zyx => perAxis(axis => (size[axis] === 1 ? 1 : edge));
const times = (a: Zyx, b: Zyx): Zyx => perAxis(axis => a[axis] * b[axis]);
const volume = ([z, y, x]: Zyx): number => z * y * x;

function perAxis(value: (axis: 0 | 1 | 2) => number): Zyx {
  return [value(0), value(1), value(2)];
}
