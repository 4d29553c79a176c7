import type { Random } from '../foundation/random.ts';
import type { Crop } from './crop.ts';
import type { PreparedSubject } from './subject.ts';

/** A transform of a plugin, as `defineTransform` makes it: of whole volumes, of training crops, or of both. */
export interface Transform {
  readonly name: string;
  /** For a step of `preprocessing`: must be the same for the same subject and options, as its result is cached. */
  preprocess(subject: PreparedSubject, options: Readonly<Record<string, unknown>>): PreparedSubject;
  /** For a step of `augmentation`; all randomness comes from `random`. */
  augment(crop: Crop, options: Readonly<Record<string, unknown>>, random: Random): Crop;
}

/** @throws Fault where no plugin defines a transform of this name. */
export type FindTransform = (name: string) => Transform;
