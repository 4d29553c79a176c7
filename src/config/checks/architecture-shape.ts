import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check, CheckFinding } from './check.ts';

/** Settings of an architecture against each other. */
export const architectureShape: Check<SegmentationConfiguration> = ({ architecture }) => {
  const findings: CheckFinding[] = [];
  const add = (
    code: string,
    key: string,
    message: string,
    remedy: string,
    severity: 'error' | 'warning' = 'error',
  ) => findings.push({ severity, code, message, remedy, path: ['architecture', key] });

  if ('kernel_size' in architecture && Number(architecture.kernel_size) % 2 === 0) {
    const size = Number(architecture.kernel_size);
    add(
      'even-kernel',
      'kernel_size',
      `a kernel of edge ${size} has no centre`,
      `Choose ${size - 1} or ${size + 1}.`,
    );
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
};
