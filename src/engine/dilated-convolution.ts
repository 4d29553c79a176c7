import * as tf from '@tensorflow/tfjs-core';

/**
 * A dilated 3D convolution, which TensorFlow's CPU kernels lack: the kernel's taps are set apart by zeros, and the
 * wider kernel convolves as any other. Its cost grows with the dilated kernel's volume; the zeros take no memory to
 * speak of, as the activations keep their size.
 * @param x `[batch, z, y, x, channel]`
 * @param filter `[z, y, x, input channel, output channel]`
 * @param dilation distance between taps along z, y, x
 */
export function dilatedConv3d(
  x: tf.Tensor,
  filter: tf.Tensor,
  dilation: readonly number[],
  padding: 'same' | 'valid',
): tf.Tensor5D {
  return tf.conv3d(x as tf.Tensor5D, spread(filter as tf.Tensor5D, dilation), 1, padding);
}

/** The filter with `dilation − 1` zeros between its taps along each axis. */
function spread(filter: tf.Tensor5D, dilation: readonly number[]): tf.Tensor5D {
  let spaced: tf.Tensor = filter;
  for (const [axis, distance] of dilation.entries()) {
    if (distance === 1) continue;
    const { shape } = spaced;
    const before = shape.slice(0, axis).reduce((product, length) => product * length, 1);
    const after = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    const taps = shape[axis]!;
    // Each tap becomes the first of a block of `distance`; the zeros behind the last tap are cut off.
    const blocks = tf.pad(tf.reshape(spaced, [before, taps, 1, after]), [
      [0, 0],
      [0, 0],
      [0, distance - 1],
      [0, 0],
    ]);
    const length = (taps - 1) * distance + 1;
    const row = tf.slice(
      tf.reshape(blocks, [before, taps * distance, after]),
      [0, 0, 0],
      [before, length, after],
    );
    spaced = tf.reshape(
      row,
      shape.map((size, position) => (position === axis ? length : size)),
    );
  }
  return spaced as tf.Tensor5D;
}
