import { architectureFacts, levelShapes } from './architecture-facts.ts';
import type { SegmentationConfiguration } from './schema/configuration.ts';

/** Bytes that one training step needs, roughly. */
export interface MemoryEstimate {
  /** Feature maps kept for the gradient, and gradients in flight. */
  readonly activations: number;
  /** Weights, their gradient, the optimizer's moments and the running average. */
  readonly weights: number;
  /** With the program itself. */
  readonly total: number;
}

/** The results of convolution and activation are kept until the gradient has passed. */
const TENSORS_A_LAYER = 2;
/** What the two sides of a level hand on is kept where the level itself is computed again, one side at a time. */
const MAPS_BETWEEN_LEVELS = 2;
const ONE_SIDE = 0.5;
/** Gradients of the largest level, and what computes them, that exist at the same time. */
const GRADIENTS_IN_FLIGHT = 4;
/** The program and its engine, before the first step. */
const PROCESS_BYTES = 0.5e9;
/** Weight, gradient, two moments, running average. */
const COPIES_OF_WEIGHTS = 5;

/**
 * Estimates the memory of a training step from crop, batch and architecture; undefined for plugins. Meant to tell
 * 2 GB from 20 GB, not 2.0 from 2.2: libraries need scratch space of their own.
 */
export function estimateStepMemory(settings: SegmentationConfiguration): MemoryEstimate | undefined {
  const { architecture, dataset, sampling, training } = settings;
  const classes = dataset.structures.length + 1;
  const facts = architectureFacts(architecture, dataset.channels.length, classes);
  if (facts === undefined) return undefined;
  const bytes = training.precision === 'bfloat16' || training.precision === 'float16' ? 2 : 4;
  const shapes = levelShapes(facts, sampling.crop_size);
  const voxels = shapes.map(([z, y, x]) => z * y * x);
  const values = facts.levels.map(({ features, layers }, level) => voxels[level] * features * layers);
  const inLevels = values.map(value => value * TENSORS_A_LAYER);
  const betweenLevels = facts.levels.map(
    ({ features }, level) => voxels[level] * features * MAPS_BETWEEN_LEVELS,
  );
  const kept = training.recompute ? ONE_SIDE * Math.max(...inLevels) + sumOf(betweenLevels) : sumOf(inLevels);
  const inFlight = voxels[0] * facts.levels[0].features * GRADIENTS_IN_FLIGHT;
  // Input, and logits, posteriors and labels of every class in float32.
  const ends = voxels[0] * (facts.channels + 3 * classes) * 4;
  const activations = training.batch_size * ((kept + inFlight) * bytes + ends);
  const weights = facts.levels.reduce((sum, level) => sum + level.weights, 0) * COPIES_OF_WEIGHTS * 4;
  return { activations, weights, total: activations + weights + PROCESS_BYTES };
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Bytes for people: `3.2 GB`, decimal. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
