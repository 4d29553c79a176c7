import type {
  PoolingKind,
  RecurrenceSettings,
  ScalarArchitectureSettings,
} from '../config/schema/scalar-architecture.ts';
import { Fault } from '../foundation/fault.ts';
import { densenet } from './architectures/densenet.ts';
import { glaucomaNet } from './architectures/glaucoma-net.ts';
import { imageEncoder } from './architectures/image-encoder.ts';
import { resnet } from './architectures/resnet.ts';
import {
  type ScalarNetworkOptions,
  type ScalarSizes,
  scalarNetwork,
} from './architectures/scalar-network.ts';
import { segmentationEncoder } from './architectures/segmentation-encoder.ts';
import { unetEncoder } from './architectures/unet-encoder.ts';
import { unetVolumes } from './architectures/unet-volumes.ts';
import type { BuildEncoder } from './encoder.ts';
import type { ScalarModel } from './model.ts';

/** Networks of `plugins`, by the name of their definition. */
export type ScalarModelBuilder = (options: Record<string, unknown>, sizes: ScalarSizes) => ScalarModel;

type Head = ScalarNetworkOptions['head'];
type Named<Name extends ScalarArchitectureSettings['name']> = Extract<
  ScalarArchitectureSettings,
  { name: Name }
>;
type WithHead = Exclude<ScalarArchitectureSettings, Named<'mlp' | 'plugin' | 'glaucoma_net'>>;

/** The head of `glaucoma_net` and `mlp`: one linear map. */
const LINEAR: Head = { hidden: () => [], dropout: 0, activation: 'tanh', layerNorm: false };

/**
 * The network of a classification, regression or sequence task that a configuration describes.
 * @throws Fault where sizes and architecture do not go together, or a plugin's architecture is defined nowhere.
 */
export function buildScalarModel(
  settings: ScalarArchitectureSettings,
  sizes: ScalarSizes,
  plugins: ReadonlyMap<string, ScalarModelBuilder> = new Map(),
): ScalarModel {
  if (settings.name === 'plugin') {
    const build = plugins.get(settings.definition);
    if (build) return build(settings, sizes);
    throw new Fault(`no plugin defines the architecture "${settings.definition}"`, {
      remedy: `Known: ${[...plugins.keys()].join(', ') || 'none'}. List the module that defines it under "plugins".`,
    });
  }
  checkSizes(settings, sizes);
  const recurrence = settings.recurrence ?? DEFAULT_RECURRENCE;
  if (settings.name === 'mlp') {
    const { hidden, activation, layer_norm: layerNorm, dropout } = settings;
    return scalarNetwork(sizes, {
      table: { hidden, activation, layerNorm, dropout },
      recurrence,
      head: LINEAR,
    });
  }
  const encoder: BuildEncoder = (lists, images) => {
    const built = encoderOf(settings, sizes)(lists, images);
    checkMaps(settings, built.size);
    return built;
  };
  return scalarNetwork(sizes, {
    images: {
      encoder,
      pooling: poolingOf(settings),
      jointChannels: settings.joint_channels,
    },
    recurrence,
    head: settings.name === 'glaucoma_net' ? LINEAR : headOf(settings, sizes),
  });
}

function poolingOf(settings: WithHead | Named<'glaucoma_net'>): PoolingKind {
  switch (settings.name) {
    case 'glaucoma_net':
      return 'average';
    case 'unet_volumes':
      return 'standardized';
    default:
      return settings.pooling;
  }
}

/** What a sequence is given where its configuration does not say. */
const DEFAULT_RECURRENCE: RecurrenceSettings = {
  name: 'gru',
  hidden: 32,
  layers: 1,
  layer_norm: false,
  dropout: 0,
  zoneout: 0,
};

function encoderOf(settings: WithHead | Named<'glaucoma_net'>, { features }: ScalarSizes): BuildEncoder {
  return (lists, images) => {
    switch (settings.name) {
      case 'image_encoder':
        return imageEncoder(lists, images, settings, features > 0);
      case 'glaucoma_net':
        return glaucomaNet(lists, images, settings);
      case 'resnet':
        return resnet(lists, images, settings);
      case 'densenet':
        return densenet(lists, images, settings);
      case 'segmentation_encoder':
        return segmentationEncoder(lists, images, settings);
      case 'unet_encoder':
        return unetEncoder(lists, images, settings);
      case 'unet_volumes':
        return unetVolumes(lists, images, settings);
    }
  };
}

/** InnerEye's networks have a hidden layer of half the units before their output, those with a memory none. */
function headOf(settings: WithHead, { visits }: ScalarSizes): Head {
  const { hidden, dropout, activation, layer_norm: layerNorm } = settings.head;
  const innereye = settings.name === 'image_encoder' || settings.name === 'segmentation_encoder';
  const remembers = visits !== undefined && settings.recurrence?.name !== 'none';
  const half = (inputs: number) => (innereye && !remembers ? [Math.max(1, Math.floor(inputs / 2))] : []);
  return { hidden: inputs => hidden ?? half(inputs), dropout, activation, layerNorm };
}

function checkSizes(
  settings: Exclude<ScalarArchitectureSettings, Named<'plugin'>>,
  sizes: ScalarSizes,
): void {
  const place = { setting: 'architecture' };
  const { channels, features, visits } = sizes;
  if (settings.name === 'mlp' && channels > 0) {
    throw new Fault('the architecture mlp sees no images, and the data set has some', {
      place,
      remedy: 'Take resnet or another architecture with an encoder, or leave `dataset.channels` out.',
    });
  }
  if (settings.name === 'mlp' && features === 0) {
    throw new Fault('the architecture mlp needs features, and the data set names none', {
      place,
      remedy: 'Name columns under `dataset.features`.',
    });
  }
  if (settings.name !== 'mlp' && channels === 0) {
    throw new Fault(`the architecture ${settings.name} needs images, and the data set names none`, {
      place,
      remedy: 'Name channels under `dataset.channels`, or take the architecture mlp.',
    });
  }
  if (settings.recurrence && !visits) {
    throw new Fault('a recurrence needs visits, which only the task sequence has', {
      place: { setting: 'architecture.recurrence' },
      remedy: 'Leave `recurrence` out, or set `task: sequence`.',
    });
  }
}

function checkMaps(settings: WithHead | Named<'glaucoma_net'>, size: readonly number[]): void {
  if (size.some(extent => extent < 1)) {
    throw new Fault(`the images are too small for the architecture ${settings.name}`, {
      place: { setting: 'input.size' },
      remedy: 'Enlarge `input.size`, or set fewer `blocks` or `padding: zero`.',
    });
  }
  const normalization =
    'normalization' in settings
      ? settings.normalization
      : 'network' in settings && 'normalization' in settings.network && settings.network.normalization;
  if (normalization === 'instance' && size.every(extent => extent === 1)) {
    throw new Fault(
      'the last feature maps have one voxel, over which instance normalisation leaves nothing',
      {
        place: { setting: 'architecture' },
        remedy: 'Set `normalization: batch`, fewer stages, or a larger `input.size`.',
      },
    );
  }
}
