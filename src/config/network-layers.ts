import type { Zyx } from '../volume/volume.ts';
import { RESIDUAL_BLOCKS } from './architecture-facts.ts';
import type { ArchitectureSettings } from './schema/configuration.ts';

/** A convolution of a network, with what belongs to it. */
interface Layer {
  readonly kernel: Zyx;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride?: Zyx;
  readonly dilation?: Zyx;
  readonly bias?: boolean;
  /** Followed by a normalisation with a scale and a shift for each feature. */
  readonly normalized?: boolean;
  /** A transposed convolution, which multiplies the size by its stride. */
  readonly up?: boolean;
  /** Beside the longest way through the network: it widens no receptive field. */
  readonly aside?: boolean;
}

/** What follows from a network's layers, without building it. */
export interface NetworkSize {
  /** Trained weights. */
  readonly parameters: number;
  /** Voxels [z, y, x] of the input that can have a part in one voxel of the output. */
  readonly receptiveField: Zyx;
}

/** Counts the weights of an architecture and follows its longest way; undefined for plugins. */
export function networkSize(
  architecture: ArchitectureSettings,
  channels: number,
  classes: number,
): NetworkSize | undefined {
  const layers = layersOf(architecture, channels, classes);
  return layers && { parameters: countWeights(layers), receptiveField: receptiveField(layers) };
}

function countWeights(layers: readonly Layer[]): number {
  return layers.reduce((sum, { kernel, inputs, outputs, bias, normalized }) => {
    const each = volume(kernel) * inputs + (bias ? 1 : 0) + (normalized ? 2 : 0);
    return sum + each * outputs;
  }, 0);
}

/**
 * Follows a voxel of the output back to the stretch of input that it depends on. Where transposed convolutions overlap
 * its width depends on the voxel's place between two of the lowest level; the widest counts.
 */
function receptiveField(layers: readonly Layer[]): Zyx {
  const way = layers.filter(({ aside }) => !aside).reverse();
  return perAxis(axis => {
    const places = way.reduce((product, { up, stride }) => product * (up ? stride![axis] : 1), 1);
    const widths = Array.from({ length: places }, (_, place) => {
      const [first, last] = way.reduce<readonly [number, number]>(
        (stretch, layer) => before(stretch, layer, axis),
        [place, place],
      );
      return last - first + 1;
    });
    return Math.max(...widths);
  });
}

/** The stretch of a layer's input that a stretch of its output depends on. */
function before(
  [first, last]: readonly [number, number],
  { kernel, stride, dilation, up }: Layer,
  axis: 0 | 1 | 2,
): readonly [number, number] {
  const [edge, step] = [kernel[axis], stride?.[axis] ?? 1];
  if (up) {
    const border = Math.floor((edge - step) / 2);
    return [Math.ceil((first + border - edge + 1) / step), Math.floor((last + border) / step)];
  }
  const span = (edge - 1) * (dilation?.[axis] ?? 1);
  const border = Math.floor(span / 2);
  return [first * step - border, last * step - border + span];
}

/** The convolutions of `src/models`, in the order in which a voxel passes them. */
function layersOf(
  architecture: ArchitectureSettings,
  channels: number,
  classes: number,
): Layer[] | undefined {
  switch (architecture.name) {
    case 'unet3d':
    case 'unet2d':
      return innereyeLayers(architecture, channels, classes);
    case 'basic':
      return basicLayers(architecture, channels, classes);
    case 'plain_unet':
    case 'residual_unet':
      return nnunetLayers(architecture, channels, classes);
    case 'plugin':
      return undefined;
  }
}

type Named<Name extends ArchitectureSettings['name']> = Extract<
  ArchitectureSettings,
  { readonly name: Name }
>;

const POINT: Zyx = [1, 1, 1];

function innereyeLayers(
  { name, features, levels, kernel_size: edge }: Named<'unet3d' | 'unet2d'>,
  channels: number,
  classes: number,
): Layer[] {
  const flat = name === 'unet2d';
  const kernel: Zyx = flat ? [1, edge, edge] : [edge, edge, edge];
  const stride: Zyx = flat ? [1, 2, 2] : [2, 2, 2];
  const upKernel: Zyx = flat ? [1, 4, 4] : [4, 4, 4];
  const layers: Layer[] = [];
  for (let level = 0; level < levels; level++) {
    const outputs = features * 2 ** level;
    const inputs = level === 0 ? channels : outputs / 2;
    const dilation: Zyx = level > 0 && flat ? [1, 2, 2] : POINT;
    layers.push({ kernel, inputs, outputs, normalized: true, ...(level > 0 ? { stride } : {}) });
    layers.push({ kernel, inputs: outputs, outputs, normalized: true, dilation });
  }
  for (let level = levels - 2; level >= 0; level--) {
    const outputs = features * 2 ** level;
    const same = { kernel, inputs: outputs, outputs };
    layers.push({
      kernel: upKernel,
      inputs: outputs * 2,
      outputs,
      stride,
      up: true,
      bias: true,
      normalized: true,
    });
    // The sum of a convolution from below and one of the skip, normalised once.
    layers.push({ ...same, normalized: true }, { ...same, aside: true }, { ...same, normalized: true });
  }
  layers.push({ kernel: POINT, inputs: features, outputs: classes, bias: true });
  return layers;
}

function basicLayers(
  { features, kernel_size: edge }: Named<'basic'>,
  channels: number,
  classes: number,
): Layer[] {
  const kernel: Zyx = [edge, edge, edge];
  const layer = { kernel, bias: true, normalized: true };
  const layers: Layer[] = features.map((outputs, index) => ({
    ...layer,
    inputs: index === 0 ? channels : features[index - 1],
    outputs,
    dilation: index < 2 ? POINT : ([2, 2, 2] as const),
  }));
  for (const index of [1, 3, 5]) {
    const [inputs, outputs] = [features[index], features[index + 2]];
    if (inputs !== outputs) layers.push({ kernel: POINT, inputs, outputs, bias: true, aside: true });
  }
  layers.push({ kernel: POINT, inputs: features[7], outputs: classes, bias: true });
  return layers;
}

function nnunetLayers(
  architecture: Named<'plain_unet' | 'residual_unet'>,
  channels: number,
  classes: number,
): Layer[] {
  const { levels } = architecture;
  const normalized = architecture.normalization !== 'none';
  const featuresAt = (level: number) =>
    Math.min(architecture.features * 2 ** level, architecture.max_features);
  const strideInto = (level: number): Zyx =>
    level === 0 ? POINT : (architecture.strides?.[level - 1] ?? [2, 2, 2]);
  // Thick slices are convolved within the slice as long as their axis has not been halved.
  const kernelAt = (level: number): Zyx =>
    perAxis(axis => {
      const strides = Array.from({ length: Math.min(level + 1, levels - 1) }, (_, index) =>
        strideInto(index + 1),
      );
      return levels === 1 || strides.some(stride => stride[axis] > 1) ? 3 : 1;
    });
  const layers: Layer[] = [];
  const add = (level: number, inputs: number, more: Partial<Layer> = {}) =>
    layers.push({ kernel: kernelAt(level), inputs, outputs: featuresAt(level), normalized, ...more });

  if (architecture.name === 'residual_unet') add(0, channels);
  for (let level = 0; level < levels; level++) {
    const features = featuresAt(level);
    const above =
      level > 0 ? featuresAt(level - 1) : architecture.name === 'plain_unet' ? channels : features;
    const stride = strideInto(level);
    if (architecture.name === 'plain_unet') {
      for (let index = 0; index < architecture.convolutions; index++)
        add(level, index === 0 ? above : features, index === 0 ? { stride } : {});
      continue;
    }
    const blocks = architecture.blocks?.[level] ?? RESIDUAL_BLOCKS[level];
    for (let index = 0; index < blocks; index++) {
      const inputs = index === 0 ? above : features;
      add(level, inputs, index === 0 ? { stride } : {});
      add(level, features);
      if (inputs !== features) add(level, inputs, { kernel: POINT, aside: true });
    }
  }
  const convolutions = architecture.name === 'plain_unet' ? architecture.convolutions : 1;
  for (let level = levels - 2; level >= 0; level--) {
    const features = featuresAt(level);
    const stride = strideInto(level + 1);
    layers.push({ kernel: stride, inputs: featuresAt(level + 1), outputs: features, stride, up: true });
    for (let index = 0; index < convolutions; index++) add(level, index === 0 ? 2 * features : features);
  }
  const heads = architecture.deep_supervision ? Math.max(1, levels - 2) : 1;
  for (let level = 0; level < heads; level++)
    layers.push({ kernel: POINT, inputs: featuresAt(level), outputs: classes, bias: true, aside: level > 0 });
  return layers;
}

function volume([z, y, x]: Zyx): number {
  return z * y * x;
}

function perAxis(value: (axis: 0 | 1 | 2) => number): Zyx {
  return [value(0), value(1), value(2)];
}
