import type {
  ArchitectureSettings,
  ScalarConfiguration,
  SegmentationConfiguration,
} from '../schema/configuration.ts';
import type { Path } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

/** Settings of an architecture against each other. */
export const architectureShape: Check<SegmentationConfiguration> = ({ architecture }) =>
  shapeOf(architecture, ['architecture']);

/** The same of an encoder: convolutions that are padded alike on both sides have a centre. */
export const encoderShape: Check<ScalarConfiguration> = ({ architecture }) => {
  switch (architecture.name) {
    case 'unet_encoder':
      return shapeOf(architecture.network, ['architecture', 'network']);
    case 'resnet':
    case 'densenet':
      return evenKernel(architecture.stem.kernel_size, ['architecture', 'stem', 'kernel_size']);
    case 'image_encoder':
      if (architecture.padding === 'none') return [];
      return architecture.kernel_size.flatMap((edge, axis) =>
        evenKernel(edge, ['architecture', 'kernel_size', axis]),
      );
    default:
      return [];
  }
};

function evenKernel(edge: number, path: Path): CheckFinding[] {
  if (edge % 2 === 1) return [];
  return [
    {
      severity: 'error',
      code: 'even-kernel',
      message: `a kernel of edge ${edge} has no centre`,
      remedy: `Choose ${edge - 1} or ${edge + 1}.`,
      path,
    },
  ];
}

function shapeOf(architecture: ArchitectureSettings, at: Path): CheckFinding[] {
  const findings: CheckFinding[] = [];
  const add = (
    code: string,
    key: string,
    message: string,
    remedy: string,
    severity: 'error' | 'warning' = 'error',
  ) => findings.push({ severity, code, message, remedy, path: [...at, key] });

  if ('kernel_size' in architecture) {
    findings.push(...evenKernel(Number(architecture.kernel_size), [...at, 'kernel_size']));
  }
  if (architecture.name !== 'plain_unet' && architecture.name !== 'residual_unet') return findings;
  const { levels, strides, deep_supervision } = architecture;
  if (strides !== undefined && strides.length !== levels - 1) {
    add(
      'strides-count',
      'strides',
      `${levels} levels need ${levels - 1} strides, but there are ${strides.length}`,
      'Give one stride [z, y, x] for each level below the first.',
    );
  }
  if (deep_supervision && levels < 3) {
    add(
      'deep-supervision',
      'deep_supervision',
      `deep supervision needs a lower level of the decoder, which ${levels} levels do not have`,
      'Use 3 levels or more, or switch it off.',
    );
  }
  if (
    architecture.name === 'residual_unet' &&
    architecture.blocks !== undefined &&
    architecture.blocks.length !== levels
  ) {
    add(
      'blocks-count',
      'blocks',
      `${levels} levels need ${levels} numbers of blocks, but there are ${architecture.blocks.length}`,
      'Give one number for each level.',
    );
  }
  return findings;
}
