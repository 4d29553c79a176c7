import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import type { Device } from './binding.ts';
import { openEngine } from './engine.ts';
import { GraphSession } from './graph-session.ts';
import { installedFolder } from './library.ts';
import { automaticPrecision } from './precision.ts';
import type { Precision } from './session.ts';

/** What `innereye engine check` tells. */
export interface EngineReport {
  readonly library: string;
  readonly version: string;
  readonly node: string;
  readonly device: 'gpu' | 'cpu';
  readonly devices: readonly Device[];
  /** Why the device is not a better one; empty on a GPU. */
  readonly deviceReason: string;
  readonly threads: number;
  /** What `precision: auto` means here, and why. */
  readonly precision: Precision;
  readonly precisionReason: string;
  /** Measured speed of a 3D convolution in 10⁹ floating-point operations a second. */
  readonly gigaflops: Readonly<Partial<Record<Precision, number>>>;
}

/**
 * Opens the engine and measures it; takes about a second.
 * @throws Fault where it is not installed
 */
export async function checkEngine(): Promise<EngineReport> {
  const { library, version, devices, threads } = await openEngine();
  const { precision, reason } = automaticPrecision(devices);
  const gigaflops: Partial<Record<Precision, number>> = { float32: await measure('float32') };
  if (precision !== 'float32') gigaflops[precision] = await measure(precision);
  return {
    library: library!.folder,
    version,
    node: process.version,
    device: devices.some(device => device.type === 'GPU') ? 'gpu' : 'cpu',
    devices,
    deviceReason: whyNoGpu(devices, library!.folder),
    threads,
    precision,
    precisionReason: reason,
    gigaflops,
  };
}

function whyNoGpu(devices: readonly Device[], folder: string): string {
  if (devices.some(device => device.type === 'GPU')) return '';
  const driver = existsSync('/dev/nvidiactl') || existsSync('/dev/dxg');
  if (!driver) return 'no NVIDIA driver on this machine (no /dev/nvidiactl)';
  if (folder === installedFolder('cpu')) {
    return 'there is an NVIDIA driver, but the CPU build is installed: run `innereye engine install --gpu`';
  }
  return 'there is an NVIDIA driver, but TensorFlow could not use it; TF_CPP_MIN_LOG_LEVEL=0 shows which library it misses';
}

/** 32 channels, which fill the vectors of every processor, and a volume that does not fit into its caches. */
const shape = [1, 32, 64, 64, 32] as const;
const layers = 3;
const repetitions = 4;

async function measure(precision: Precision): Promise<number> {
  const session = new GraphSession({ precision });
  try {
    // Values that are fed, as TensorFlow computes what is constant only once.
    const feeds = { value: { shape: [], dtype: 'float32' as const } };
    const run = await session.record('check', feeds, ({ value }) => {
      const filter = tf.fill([3, 3, 3, shape[4], shape[4]], 0.01) as tf.Tensor5D;
      let x = tf.mul(tf.ones([...shape]), value!) as tf.Tensor5D;
      for (let layer = 0; layer < layers; layer++) x = tf.conv3d(x, filter, 1, 'same');
      return { outputs: { sum: tf.sum(x) } };
    });
    const seconds: number[] = [];
    for (let time = 0; time <= repetitions; time++) {
      const start = performance.now();
      await run.run({ value: Float32Array.of(0.5) });
      seconds.push((performance.now() - start) / 1000);
    }
    const voxels = shape[1] * shape[2] * shape[3];
    const operations = layers * voxels * 2 * 27 * shape[4] * shape[4];
    // The first run compiles; the fastest of the others was disturbed least.
    return operations / Math.min(...seconds.slice(1)) / 1e9;
  } finally {
    session.close();
  }
}
