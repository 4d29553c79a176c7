import type { ScalarArchitecture } from '../../config/schema/scalar-architecture.ts';
import type { Zyx } from '../../volume/volume.ts';
import { convolutionLayer } from '../blocks/convolution-layer.ts';
import { type Encoder, type ImageSizes, strided, unpadded } from '../encoder.ts';
import { type Block, chain, recomputedBlock } from '../model.ts';
import type { Initial, ParameterLists } from '../parameters.ts';

/** InnerEye draws the scales of batch normalisation around 1. */
const SCALE: Initial = { kind: 'normal', mean: 1, deviation: 0.01 };
const REDUCTION = { kernel: [1, 3, 3], stride: [1, 2, 2] } as const;

/**
 * InnerEye's ImageEncoder (`InnerEye/ML/models/architectures/classification/image_encoder_with_mlp.py`): blocks of two
 * convolutions with batch normalisation and ReLU, the first with a stride, without residual. Beside features of the
 * table one more convolution, without ReLU, makes the image's fewer.
 * @param reduced whether there are features of the table
 */
export function imageEncoder(
  lists: ParameterLists,
  images: ImageSizes,
  settings: ScalarArchitecture<'image_encoder'>,
  reduced: boolean,
): Encoder {
  const { features, blocks, kernel_size: kernel, stride, padding, reduction } = settings;
  const after = (size: Zyx, edges: Zyx, step?: Zyx) =>
    padding === 'none' ? unpadded(size, edges, step) : strided(size, step ?? [1, 1, 1]);
  const layer = (
    name: string,
    inputs: number,
    outputs: number,
    more: { kernel: Zyx; stride?: Zyx; activate?: boolean },
  ) =>
    convolutionLayer(lists, {
      name,
      inputs,
      outputs,
      normalization: 'batch',
      scaleInitial: SCALE,
      padding: padding === 'none' ? 'valid' : 'centred',
      ...more,
    });

  let { size } = images;
  const parts = Array.from({ length: blocks }, (_, index): Block => {
    const inputs = index === 0 ? images.channels : features * index;
    const outputs = features * (index + 1);
    const first = layer(`encoder/${index}/first`, inputs, outputs, { kernel, stride });
    const second = layer(`encoder/${index}/second`, outputs, outputs, { kernel });
    size = after(after(size, kernel, stride), kernel);
    return recomputedBlock(`encoder/${index}`, chain([first, second]));
  });
  const deepest = features * blocks;
  if (!reduced || reduction === 1)
    return { forward: chain(parts), features: deepest, size, featureMap: `encoder/${blocks - 1}` };

  const fewer = Math.max(1, Math.floor(reduction * deepest));
  const last = layer('encoder/reduction', deepest, fewer, { ...REDUCTION, activate: false });
  size = after(size, REDUCTION.kernel, REDUCTION.stride);
  return { forward: chain([...parts, last]), features: fewer, size, featureMap: 'encoder/reduction' };
}
