import type { AugmentationStep } from '../../config/schema/configuration.ts';
import { Random } from '../../foundation/random.ts';
import { type Crop, copyCrop } from '../crop.ts';
import { compose, type Deformation, identity } from '../deformation.ts';
import { augmentByPlugin, type FindTransform } from '../plugin-transforms.ts';
import { affine } from './affine.ts';
import type { CropGrid, IntensityAugmentation, SpatialAugmentation } from './augmentation.ts';
import { biasField } from './bias-field.ts';
import { blur } from './blur.ts';
import { brightness } from './brightness.ts';
import { contrast } from './contrast.ts';
import { elastic } from './elastic.ts';
import { flip } from './flip.ts';
import { gamma } from './gamma.ts';
import { lowResolution } from './low-resolution.ts';
import { noise } from './noise.ts';

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never;
type AllSettings = Omit<UnionToIntersection<AugmentationStep>, 'plugin'>;

/** The settings of one kind of step, such as `random_flip`. */
export type AugmentationSettings<Name extends keyof AllSettings> = AllSettings[Name];

const augmentations: {
  readonly [Name in keyof AllSettings]:
    | SpatialAugmentation<AllSettings[Name]>
    | IntensityAugmentation<AllSettings[Name]>;
} = {
  random_affine: affine,
  random_elastic: elastic,
  random_flip: flip,
  random_gamma: gamma,
  random_brightness: brightness,
  random_contrast: contrast,
  random_noise: noise,
  random_blur: blur,
  random_low_resolution: lowResolution,
  random_bias_field: biasField,
};

/** Which crop is augmented: each step draws from a stream of its own, made of this, its number and its name. */
export interface CropKey {
  readonly seed: number;
  readonly epoch: number;
  readonly subject: string;
  readonly crop: number;
}

/** Called after each step on intensities with its number in the configuration; `applied`: it was this crop's turn. */
export type AugmentationProbe = (
  step: number,
  settings: AugmentationStep,
  before: Crop,
  after: Crop,
  applied: boolean,
) => void;

/** Called after each spatial step with all deformations without it and with it; the same where it was not applied. */
export type DeformationProbe = (
  step: number,
  settings: AugmentationStep,
  before: Deformation,
  after: Deformation,
) => void;

/** All spatial steps of a crop as one deformation. They are done before the steps on intensities. */
export function drawDeformation(
  steps: readonly AugmentationStep[],
  key: CropKey,
  grid: CropGrid,
  probe?: DeformationProbe,
): Deformation {
  let deformation = identity;
  steps.forEach((step, number) => {
    const { name, settings, augmentation } = kindOf(step);
    if (augmentation?.kind !== 'spatial') return;
    const before = deformation;
    const begun = key.epoch >= settings.from_epoch;
    const drawn = begun ? augmentation.draw(settings, streamOf(key, number, name), grid) : undefined;
    if (drawn !== undefined) deformation = compose(before, drawn);
    probe?.(number, step, before, deformation);
  });
  return deformation;
}

/**
 * The steps on intensities, and transforms of plugins, in the configuration's order, in place.
 * @throws Fault where a plugin has no transform of a step's name.
 */
export function changeIntensities(
  crop: Crop,
  steps: readonly AugmentationStep[],
  key: CropKey,
  findTransform: FindTransform,
  probe?: AugmentationProbe,
): Crop {
  let changed = crop;
  steps.forEach((step, number) => {
    const { name, settings, augmentation } = kindOf(step);
    if (augmentation?.kind === 'spatial') return;
    const random = streamOf(key, number, name);
    const before = probe && copyCrop(changed);
    let applied = true;
    if ('plugin' in step) {
      changed = augmentByPlugin(changed, step.plugin, findTransform, key.subject, random);
    } else if (augmentation?.kind === 'intensity' && isDone(settings, key, random)) {
      for (const values of changed.images) augmentation.apply(values, settings, random, changed);
    } else applied = false;
    probe?.(number, step, before!, changed, applied);
  });
  return changed;
}

/** Whether a step on intensities is done to a crop. */
const isDone = (
  { probability, from_epoch }: { probability: number; from_epoch: number },
  { epoch }: CropKey,
  random: Random,
): boolean => epoch >= from_epoch && random.chance(probability);

const streamOf = ({ seed, epoch, subject, crop }: CropKey, number: number, name: string) =>
  new Random(seed, 'augmentation', number, name, epoch, subject, crop);

/** A step holds exactly one key, its name. */
function kindOf(step: AugmentationStep) {
  const [[name, settings]] = Object.entries(step) as [[string, { probability: number; from_epoch: number }]];
  const augmentation = (
    augmentations as Record<string, SpatialAugmentation<unknown> | IntensityAugmentation<unknown> | undefined>
  )[name];
  return { name, settings, augmentation };
}
