import type { Zyx } from '../volume/volume.ts';
import { blendProfile, tileCorners } from './tiles.ts';

/** A volume's channels, x fastest. */
export interface Image {
  readonly shape: Zyx;
  readonly channels: readonly Float32Array[];
}

export interface WindowSettings {
  /** Input size of the network. */
  readonly window: Zyx;
  /** Voxels that the network's output is smaller. */
  readonly shrinkage: Zyx;
  /** Share of a tile's output that overlaps with its neighbours. */
  readonly overlap: number;
  readonly blend: 'gaussian' | 'constant' | 'crop';
  readonly classes: number;
  readonly batchSize: number;
}

/** Posteriors of a batch of tiles: `[batch, z, y, x, channel]` to `[batch, class, z, y, x]`. */
export type PredictTiles = (tiles: Float32Array) => Promise<Float32Array>;

/**
 * Takes finished slices: `posteriors` is `[class, slices, y, x]` of the slices from `z` on. Prediction goes on when what
 * it gives back is resolved.
 */
export type TakeSlices = (z: number, slices: number, posteriors: Float32Array) => void | Promise<void>;

/** Batches of tiles that are with the network at once, each with activations of its own. */
const IN_FLIGHT = 2;

/**
 * Predicts a volume tile by tile and blends the posteriors. Memory is bounded by the slices that one row of tiles
 * covers: as soon as no later tile reaches a slice, it is normalised and handed to `take`. What lies outside of the
 * volume is filled with its nearest voxel, for networks that shrink as well as for volumes smaller than the window.
 */
export async function predictWindows(
  image: Image,
  settings: WindowSettings,
  predict: PredictTiles,
  take: TakeSlices,
  onTile?: (done: number, total: number) => void,
): Promise<void> {
  const { window, shrinkage, overlap, blend, classes, batchSize } = settings;
  const [depth, height, width] = image.shape;
  const margin = shrinkage.map(voxels => voxels / 2) as unknown as Zyx;
  const output = window.map((extent, axis) => extent - shrinkage[axis]!) as unknown as Zyx;
  const step = output.map(extent => Math.max(1, Math.round(extent * (1 - overlap)))) as unknown as Zyx;
  const corners = tileCorners(image.shape, output, step);
  const profile = output.map(extent => blendProfile(extent, blend === 'gaussian' ? 'gaussian' : 'constant'));

  // A ring of slices that are not finished yet; slice z lies at z modulo its size.
  const ring = Math.min(output[0], depth);
  const plane = height * width;
  const sums = new Float32Array(classes * ring * plane);
  const weights = new Float32Array(ring * plane);
  const nearest = blend === 'crop';

  const tileLength = batchSize * window[0] * window[1] * window[2] * image.channels.length;
  // Two batches of tiles are with the network, so that it is busy while one is put together.
  const tiles = Array.from({ length: IN_FLIGHT }, () => new Float32Array(tileLength));
  let finished = 0;
  const finish = async (upTo: number) => {
    if (upTo <= finished) return;
    const slices = upTo - finished;
    const posteriors = new Float32Array(classes * slices * plane);
    for (let slice = 0; slice < slices; slice++) {
      const at = ((finished + slice) % ring) * plane;
      for (let index = 0; index < plane; index++) {
        const scale = nearest ? 1 : 1 / weights[at + index]!;
        for (let k = 0; k < classes; k++) {
          posteriors[(k * slices + slice) * plane + index] = sums[k * ring * plane + at + index]! * scale;
          sums[k * ring * plane + at + index] = 0;
        }
      }
      weights.fill(0, at, at + plane);
    }
    await take(finished, slices, posteriors);
    finished = upTo;
  };

  const batchAt = (first: number) => corners.slice(first, first + batchSize);
  const running: Promise<Float32Array>[] = [];
  const start = (first: number) => {
    if (first >= corners.length) return;
    const tile = tiles[(first / batchSize) % IN_FLIGHT]!;
    for (const [index, corner] of batchAt(first).entries())
      cutTile(image, corner, margin, window, tile, index);
    const prediction = predict(tile);
    // A failure is reported when its turn comes.
    prediction.catch(() => {});
    running.push(prediction);
  };
  try {
    for (let ahead = 0; ahead < IN_FLIGHT; ahead++) start(ahead * batchSize);
    for (let first = 0; first < corners.length; first += batchSize) {
      const posteriors = await running.shift()!;
      for (const [index, corner] of batchAt(first).entries()) {
        // Slices below this tile get nothing more, as tiles come in the order of z.
        await finish(corner[0]);
        blendTile(posteriors, index, corner);
      }
      start(first + IN_FLIGHT * batchSize);
      onTile?.(Math.min(first + batchSize, corners.length), corners.length);
    }
  } finally {
    // Where something failed, the network is still busy with tiles that nobody wants.
    await Promise.allSettled(running);
  }
  await finish(depth);

  function blendTile(posteriors: Float32Array, index: number, [z0, y0, x0]: Zyx): void {
    const [tz, ty, tx] = output;
    const [pz, py, px] = profile as [Float32Array, Float32Array, Float32Array];
    const end = Math.min(tx, width - x0);
    for (let z = 0; z < tz && z0 + z < depth; z++) {
      const slice = ((z0 + z) % ring) * plane;
      for (let y = 0; y < ty && y0 + y < height; y++) {
        const row = slice + (y0 + y) * width + x0;
        const from = (k: number) => (((index * classes + k) * tz + z) * ty + y) * tx;
        if (nearest) {
          for (let x = 0; x < end; x++) {
            // The tile whose centre is nearest wins; its closeness is kept as the weight.
            const closeness = 1 / (1 + Math.max(offCentre(z, tz), offCentre(y, ty), offCentre(x, tx)));
            if (closeness <= weights[row + x]!) continue;
            weights[row + x] = closeness;
            for (let k = 0; k < classes; k++) sums[k * ring * plane + row + x] = posteriors[from(k) + x]!;
          }
          continue;
        }
        const factor = pz[z]! * py[y]!;
        for (let x = 0; x < end; x++) weights[row + x]! += factor * px[x]!;
        for (let k = 0; k < classes; k++) {
          const [to, at] = [k * ring * plane + row, from(k)];
          for (let x = 0; x < end; x++) sums[to + x]! += factor * px[x]! * posteriors[at + x]!;
        }
      }
    }
  }
}

/** Distance from the middle as a share of the length. */
const offCentre = (index: number, length: number) => Math.abs(index - (length - 1) / 2) / length;

/** Copies the input of one tile; voxels outside of the volume repeat the nearest one inside. */
function cutTile(
  image: Image,
  corner: Zyx,
  margin: Zyx,
  window: Zyx,
  tiles: Float32Array,
  index: number,
): void {
  const [depth, height, width] = image.shape;
  const channels = image.channels.length;
  const clamp = (value: number, length: number) => Math.min(Math.max(value, 0), length - 1);
  let to = index * window[0] * window[1] * window[2] * channels;
  for (let z = 0; z < window[0]; z++) {
    const slice = clamp(corner[0] - margin[0] + z, depth) * height;
    for (let y = 0; y < window[1]; y++) {
      const row = (slice + clamp(corner[1] - margin[1] + y, height)) * width;
      for (let x = 0; x < window[2]; x++) {
        const from = row + clamp(corner[2] - margin[2] + x, width);
        for (let channel = 0; channel < channels; channel++) tiles[to++] = image.channels[channel]![from]!;
      }
    }
  }
}
