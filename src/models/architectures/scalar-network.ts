import * as tf from '@tensorflow/tfjs-core';
import type { PoolingKind, RecurrenceSettings } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { type HiddenOptions, hiddenLayers, linear } from '../blocks/dense.ts';
import { type Pooling, pooling } from '../blocks/pooling.ts';
import { type Recurrence, recurrence } from '../blocks/recurrence.ts';
import type { BuildEncoder, Encoder } from '../encoder.ts';
import { dropped, type ForwardContext, type Layer, named, type ScalarModel } from '../model.ts';
import { type ParameterLists, parameterLists } from '../parameters.ts';

/** What a network of classification or regression is made for. */
export interface ScalarSizes {
  /** Channels of the images; 0 where there are none. */
  readonly channels: number;
  /** Features of the table; 0 where there are none. */
  readonly features: number;
  readonly targets: number;
  /** Voxels [z, y, x] of the images given to the network. */
  readonly inputSize: Zyx;
  /** The task is on visits. */
  readonly visits?: {
    readonly positions: number;
    /** Positions whose state each visit's output is compared with. */
    readonly reference?: readonly number[];
  };
}

export interface ScalarNetworkOptions {
  /** Absent where the network sees no images. */
  readonly images?: {
    readonly encoder: BuildEncoder;
    readonly pooling: PoolingKind;
    readonly jointChannels: boolean;
  };
  /** Layers on the features of the table, where they are all that the network sees. */
  readonly table?: HiddenOptions;
  readonly recurrence: RecurrenceSettings;
  /** `hidden` may be a function of what comes in. */
  readonly head: Omit<HiddenOptions, 'hidden'> & { readonly hidden: (inputs: number) => readonly number[] };
}

/**
 * The way of every network of classification and regression: images through an encoder and a pooling, beside them the
 * features of the table, from visit to visit through a recurrence, and through a head to one output a target.
 */
export function scalarNetwork(sizes: ScalarSizes, options: ScalarNetworkOptions): ScalarModel {
  const { features, targets, visits } = sizes;
  const lists = parameterLists();
  const images = options.images && imagePart(lists, sizes, options.images);
  const table = options.table && hiddenLayers(lists.parameters, 'encoder', features, options.table);
  const tableUnits = options.table?.hidden.at(-1) ?? features;
  const encoding = (images?.units ?? 0) + tableUnits;

  const memory = visits ? memoryPart(lists, encoding, options.recurrence) : undefined;
  const reference = visits?.reference ?? [];
  const state = (memory?.units ?? encoding) * (1 + reference.length);
  const hidden = options.head.hidden(state);
  const head = headPart(lists, state, { ...options.head, hidden }, targets);

  const encode = (input: { images?: tf.Tensor5D; features?: tf.Tensor2D }, context: ForwardContext) => {
    const parts: tf.Tensor2D[] = [];
    if (images) parts.push(images.encode(input.images!, context));
    if (features > 0) parts.push(table ? table(input.features!, context) : input.features!);
    return parts.length === 1 ? parts[0]! : tf.concat(parts, 1);
  };

  return {
    parameters: lists.parameters.parameters,
    statistics: lists.statistics.parameters,
    uses: { images: images !== undefined, features: features > 0 },
    ...(images && { featureMap: images.encoder.featureMap }),
    forward(input, context) {
      if (!visits) return head(encode(input as never, context), context);
      const { positions } = visits;
      const batch = (input.images ?? input.features)!.shape[0]!;
      const rows = batch * positions;
      const each = (tensor: tf.Tensor | undefined) =>
        tensor && tf.reshape(tensor, [rows, ...tensor.shape.slice(2)]);
      const present = input.present && (tf.reshape(input.present, [rows]) as tf.Tensor1D);
      const encoded = encode({ images: each(input.images), features: each(input.features) } as never, {
        ...context,
        present,
      });
      const sequence = tf.reshape(encoded, [batch, positions, encoding]) as tf.Tensor3D;
      const states = memory?.recurrence?.(sequence, input.present, context) ?? sequence;
      const compared = besideReference(states, reference);
      const outputs = head(tf.reshape(compared, [rows, state]), context);
      return tf.reshape(outputs, [batch, positions, targets]);
    },
  };
}

/** Images to vectors: `[image, z, y, x, channel]` to `[image, unit]`. */
function imagePart(
  lists: ParameterLists,
  { channels, inputSize }: ScalarSizes,
  { encoder: build, pooling: kind, jointChannels }: NonNullable<ScalarNetworkOptions['images']>,
): {
  encoder: Encoder;
  units: number;
  encode: (images: tf.Tensor5D, context: ForwardContext) => tf.Tensor2D;
} {
  const encoder = build(lists, { channels: jointChannels ? channels : 1, size: inputSize });
  const pool: Pooling = pooling(lists, kind, encoder);
  const alone = jointChannels || channels === 1;
  return {
    encoder,
    units: alone ? encoder.features : encoder.features * channels,
    encode(images, context) {
      if (alone) return pool(encoder.forward(images, context), context);
      // Channels become images of their own; their vectors are set side by side.
      const [count, z, y, x] = images.shape;
      const single = tf.reshape(tf.transpose(images, [0, 4, 1, 2, 3]), [count * channels, z, y, x, 1]);
      const present =
        context.present &&
        (tf.reshape(tf.tile(tf.reshape(context.present, [count, 1]), [1, channels]), [
          count * channels,
        ]) as tf.Tensor1D);
      const inner = { ...context, present };
      const vectors = pool(encoder.forward(single as tf.Tensor5D, inner), inner);
      return tf.reshape(vectors, [count, channels * encoder.features]);
    },
  };
}

/** What is carried from visit to visit, and its units; no recurrence where there is to be no memory. */
function memoryPart(
  lists: ParameterLists,
  inputs: number,
  settings: RecurrenceSettings,
): { units: number; recurrence?: Recurrence } {
  if (settings.name === 'none') return { units: inputs };
  const { name: kind, hidden, layers, dropout, zoneout } = settings;
  const options = { kind, inputs, hidden, layers, layerNorm: settings.layer_norm, dropout, zoneout };
  return { units: hidden, recurrence: recurrence(lists.parameters, options) };
}

function headPart(lists: ParameterLists, inputs: number, options: HiddenOptions, targets: number): Layer {
  const hidden = hiddenLayers(lists.parameters, 'head', inputs, options);
  const output = linear(lists.parameters, 'head/output', options.hidden.at(-1) ?? inputs, targets);
  return named('head', (input: tf.Tensor2D, context) => {
    const given = options.hidden.length > 0 ? input : dropped(context, 'head', input, options.dropout);
    return output(hidden(given, context), context);
  });
}

/** The states of the reference positions before each visit's own, as InnerEye sets them. */
function besideReference(states: tf.Tensor3D, reference: readonly number[]): tf.Tensor3D {
  if (reference.length === 0) return states;
  const [batch, positions, units] = states.shape;
  const known = reference.map(position =>
    tf.tile(tf.slice(states, [0, position, 0], [batch, 1, units]), [1, positions, 1]),
  );
  return tf.concat([...known, states], 2);
}
