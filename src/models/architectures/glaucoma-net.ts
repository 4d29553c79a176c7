import { convolutionLayer } from '../blocks/convolution-layer.ts';
import { type Encoder, type ImageSizes, strided, within } from '../encoder.ts';
import { chain } from '../model.ts';
import type { Initial, ParameterLists } from '../parameters.ts';

const KERNELS = [7, 5, 3, 3, 3];
const STRIDES = [2, 1, 1, 1, 1];
const SCALE: Initial = { kind: 'normal', mean: 1, deviation: 0.01 };

/**
 * Five convolutions of the same number of features, after Maetschke et al., "A feature agnostic approach for glaucoma
 * detection in OCT volumes", 2019, as InnerEye's GlaucomaPublic has it (`model_paper_glaucoma.py`).
 */
export function glaucomaNet(
  lists: ParameterLists,
  { channels, size }: ImageSizes,
  { features }: { features: number },
): Encoder {
  const layers = KERNELS.map((edge, index) =>
    convolutionLayer(lists, {
      name: `encoder/${index}`,
      inputs: index === 0 ? channels : features,
      outputs: features,
      kernel: within(size, edge),
      stride: within(size, STRIDES[index]!),
      normalization: 'batch',
      scaleInitial: SCALE,
    }),
  );
  return {
    forward: chain(layers),
    features,
    size: strided(size, within(size, 2)),
    featureMap: `encoder/${layers.length - 1}`,
  };
}
