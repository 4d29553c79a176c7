import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeNifti } from '../volume/formats/nifti-encode.ts';
import { affineFromSpacing, voxelCount, type Zyx } from '../volume/volume.ts';
import { ExpressionError } from './expressions/syntax.ts';
import { describeKind, isTensor, type TensorValue, type Value } from './expressions/value.ts';
import type { ExportedVolumes } from './messages.ts';

/** More feature channels than this are not worth a file each. */
const MAXIMUM_CHANNELS = 8;

/**
 * Writes what a value holds as NIfTI files, so that the viewer can show it in its true spacing. Writes at once: the
 * thread that trains is stopped and cannot wait for anything.
 * @throws ExpressionError where the value is no volume.
 */
export function exportVolumes(
  value: Value,
  folder: string,
  name: string,
  spacing: readonly [number, number, number] = [1, 1, 1],
): ExportedVolumes {
  const written = { images: [] as string[], labels: [] as string[] };
  mkdirSync(folder, { recursive: true });
  const write = (label: string, tensor: TensorValue) => {
    for (const { suffix, data, shape } of volumesIn(tensor)) {
      const file = join(folder, `${`${name} ${label} ${suffix}`.trim().replace(/[^\w-]+/g, '-')}.nii`);
      const labels = tensor.holds === 'labels';
      const voxels = labels ? Int32Array.from(data) : Float32Array.from(data);
      const affine = affineFromSpacing((tensor.spacing ?? spacing) as Zyx);
      writeFileSync(
        file,
        encodeNifti(file, { data: voxels, shape, affine }, { intent: labels ? 'label' : 'none' }),
      );
      written[labels ? 'labels' : 'images'].push(file);
    }
  };
  if (isTensor(value)) write('', value);
  else if (typeof value === 'object' && value !== null) {
    for (const [part, read] of value.values) {
      const inner = read();
      if (isTensor(inner) && inner.shape.length >= 3) write(part, inner);
    }
  }
  if (written.images.length + written.labels.length > 0) return written;
  throw new ExpressionError(`a volume is needed, and this is ${describeKind(value)}`);
}

interface Piece {
  readonly suffix: string;
  readonly data: ArrayLike<number>;
  readonly shape: Zyx;
}

/** The volumes in `[z, y, x]`, `[z, y, x, channel]`, `[batch, z, y, x]` of labels or `[batch, z, y, x, channel]`. */
function volumesIn({ shape, dtype, data }: TensorValue): Piece[] {
  const values = data();
  if (shape.length === 3) return [{ suffix: '', data: values, shape: shape as unknown as Zyx }];
  const batched = shape.length === 5 || (shape.length === 4 && !dtype.startsWith('float'));
  if (shape.length !== 4 && shape.length !== 5)
    throw new ExpressionError(`a tensor [${shape.join(', ')}] holds no volume`);
  const space = (batched ? shape.slice(1, 4) : shape.slice(0, 3)) as unknown as Zyx;
  const samples = batched ? shape[0]! : 1;
  const channels = shape.length === 5 || !batched ? shape.at(-1)! : 1;
  const voxels = voxelCount(space);
  const pieces: Piece[] = [];
  for (let sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < Math.min(channels, MAXIMUM_CHANNELS); channel++) {
      const picked = new Float32Array(voxels);
      const first = sample * voxels * channels + channel;
      for (let i = 0; i < voxels; i++) picked[i] = values[first + i * channels]!;
      const suffix = [samples > 1 ? `sample-${sample}` : '', channels > 1 ? `channel-${channel}` : ''];
      pieces.push({ suffix: suffix.filter(Boolean).join('-'), data: picked, shape: space });
    }
  }
  return pieces;
}
