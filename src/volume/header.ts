import { Fault } from '../foundation/fault.ts';
import { isInvertible } from './affine.ts';
import { bytesPerElement, type ElementType } from './element-type.ts';
import { type Affine, spacingOf, voxelCount, type Zyx } from './volume.ts';

/** What a file says about its volume before any voxel is read. */
export interface VolumeHeader {
  readonly shape: Zyx;
  /** Volumes in the file: channels or time points of a 4D image, otherwise 1. */
  readonly components: number;
  /** mm. */
  readonly spacing: Zyx;
  readonly affine: Affine;
  /** How voxels are stored; a scaled volume is floating point in memory. */
  readonly dtype: ElementType;
  /** Set where the file itself says that its voxels are numbers of structures (NIfTI's label intent). */
  readonly labels?: true;
}

/** The most voxel bytes a file may hold: the longest array that Node 20 can make. */
const mostBytes = 2 ** 32 - 2 ** 20;

/** A header whose promises can be kept. @throws Fault naming the first that cannot. */
export function checkedHeader(file: string, header: Omit<VolumeHeader, 'spacing'>): VolumeHeader {
  const { shape, components, affine, dtype } = header;
  const fault = (what: string, remedy: string) => new Fault(what, { place: { file }, remedy });
  if (![...shape, components].every(size => Number.isSafeInteger(size) && size > 0)) {
    throw fault(
      `the header gives a size of ${[...shape].reverse().join(' × ')} voxels${components === 1 ? '' : `, ${components} components`}`,
      'Every size must be at least 1: the file is damaged; export it again.',
    );
  }
  const bytes = voxelCount(shape) * components * bytesPerElement[dtype];
  if (!(bytes <= mostBytes)) {
    throw fault(
      `the header promises ${(bytes / 2 ** 30).toPrecision(3)} GiB of voxels; at most 4 GiB can be read`,
      'The header is damaged, or the file holds many volumes: export one file a volume.',
    );
  }
  if (!affine.every(Number.isFinite)) {
    throw fault(
      'the affine has entries that are not finite numbers',
      'The header is damaged: export the file again.',
    );
  }
  const spacing = spacingOf(affine);
  if (!isInvertible(affine)) {
    throw fault(
      spacing.some(length => length === 0)
        ? `the voxel spacing is ${[...spacing].reverse().join(' × ')} mm`
        : 'the affine is singular: two axes point the same way',
      'Set spacing and orientation in the program that wrote the file, and export it again.',
    );
  }
  return { shape, components, spacing, affine, dtype };
}
