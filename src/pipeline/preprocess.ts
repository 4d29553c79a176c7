import type { NormalizationMethod, PreprocessingStep } from '../config/schema/configuration.ts';
import type { LoadedSubject } from '../dataset/dataset.ts';
import { Fault } from '../foundation/fault.ts';
import { toCanonical } from '../volume/orientation.ts';
import { resample } from '../volume/resample.ts';
import { resize } from '../volume/resize.ts';
import { normalize } from './normalizations/index.ts';
import { type FindTransform, preprocessByPlugin, withoutPlugins } from './plugin-transforms.ts';
import type { PreparedSubject } from './subject.ts';

type ResizeSettings = Extract<PreprocessingStep, { resize: unknown }>['resize'];
type ResampleSettings = Extract<PreprocessingStep, { resample: unknown }>['resample'];
type NormalizeSettings = Extract<PreprocessingStep, { normalize: unknown }>['normalize'];

/** Called after each step with its number in the configuration and its settings. */
export type PreprocessingProbe = (
  step: number,
  settings: PreprocessingStep,
  before: PreparedSubject,
  after: PreparedSubject,
) => void;

export interface PreprocessingOptions {
  /** Needed where a step names a plugin's transform. */
  readonly findTransform?: FindTransform;
  readonly probe?: PreprocessingProbe;
}

/**
 * Brings a subject into the form that models are trained on and predict from: canonical orientation, then the steps in
 * their order. A step may share arrays with the subject before it; nothing is changed in place.
 * @param channels names of the channels, in the subject's order.
 * @throws Fault where an image holds voxels that are no number, or a plugin is missing.
 */
export function preprocessSubject(
  loaded: LoadedSubject,
  steps: readonly PreprocessingStep[],
  channels: readonly string[],
  { findTransform = withoutPlugins, probe }: PreprocessingOptions = {},
): PreparedSubject {
  requireNumbers(loaded, channels);
  let subject = orientSubject(loaded);
  steps.forEach((step, number) => {
    const before = subject;
    subject = doStep(before, step, channels, findTransform);
    probe?.(number, step, before, subject);
  });
  return subject;
}

function doStep(
  subject: PreparedSubject,
  step: PreprocessingStep,
  channels: readonly string[],
  findTransform: FindTransform,
): PreparedSubject {
  if ('resample' in step) return resampleSubject(subject, step.resample);
  if ('resize' in step) return resizeSubject(subject, step.resize);
  if ('normalize' in step) return normalizeSubject(subject, step.normalize, channels);
  return preprocessByPlugin(subject, step.plugin, findTransform);
}

/** The subject with its axes turned towards right, anterior and superior; voxels keep their values. */
export function orientSubject(loaded: LoadedSubject): PreparedSubject {
  const { shape, affine } = loaded;
  const oriented = loaded.images.map(data => toCanonical({ data, shape, affine }));
  const turn = (data: Uint8Array) => toCanonical({ data, shape, affine }).data;
  return {
    id: loaded.id,
    shape: oriented[0].shape,
    affine: oriented[0].affine,
    original: { shape, affine },
    images: oriented.map(volume => volume.data),
    drawn: loaded.drawn,
    ...(loaded.labels && { labels: turn(loaded.labels) }),
    ...(loaded.mask && { mask: turn(loaded.mask) }),
  };
}

/** The subject at another spacing; labels and mask by nearest neighbour. */
export function resampleSubject(subject: PreparedSubject, settings: ResampleSettings): PreparedSubject {
  const { shape, affine } = subject;
  const { spacing_mm, interpolation } = settings;
  const images = subject.images.map(data => resample({ data, shape, affine }, spacing_mm, interpolation));
  const nearest = (data: Uint8Array) =>
    resample({ data, shape, affine }, spacing_mm, 'nearest').data as Uint8Array;
  return {
    ...subject,
    shape: images[0].shape,
    affine: images[0].affine,
    images: images.map(volume => volume.data as Float32Array),
    ...(subject.labels && { labels: nearest(subject.labels) }),
    ...(subject.mask && { mask: nearest(subject.mask) }),
  };
}

/** The subject in another number of voxels; labels and mask by nearest neighbour. */
export function resizeSubject(subject: PreparedSubject, settings: ResizeSettings): PreparedSubject {
  const { shape, affine } = subject;
  const options = { interpolation: settings.interpolation, antiAliasing: settings.anti_aliasing };
  const images = subject.images.map(data => resize({ data, shape, affine }, settings.size, options));
  const nearest = (data: Uint8Array) =>
    Uint8Array.from(resize({ data: Float32Array.from(data), shape, affine }, settings.size, NEAREST).data);
  return {
    ...subject,
    shape: images[0].shape,
    affine: images[0].affine,
    images: images.map(({ data }) => data),
    ...(subject.labels && { labels: nearest(subject.labels) }),
    ...(subject.mask && { mask: nearest(subject.mask) }),
  };
}

const NEAREST = { interpolation: 'nearest', antiAliasing: false } as const;

/**
 * The subject with its intensities normalised, each channel by itself, inside the mask where there is one.
 * @throws Fault where the settings name channels one by one and one is missing.
 */
export function normalizeSubject(
  subject: PreparedSubject,
  settings: NormalizeSettings,
  channels: readonly string[],
): PreparedSubject {
  const images = subject.images.map((image, index) =>
    normalize(image, subject.mask, methodOf(settings, channels[index])),
  );
  return { ...subject, images };
}

function methodOf(settings: NormalizeSettings, channel: string): NormalizationMethod {
  if (typeof settings.method === 'string') return settings as NormalizationMethod;
  const method = (settings as Readonly<Record<string, NormalizationMethod>>)[channel];
  if (method === undefined) {
    throw new Fault(`preprocessing has no normalisation for the channel "${channel}"`, {
      remedy: `Add it to the map of the normalize step, for example "${channel}: { method: unchanged }".`,
    });
  }
  return method;
}

function requireNumbers({ id, images }: LoadedSubject, channels: readonly string[]): void {
  images.forEach((image, index) => {
    let wrong = 0;
    for (let i = 0; i < image.length; i++) if (!Number.isFinite(image[i])) wrong++;
    if (wrong === 0) return;
    throw new Fault(
      `${wrong} voxels of the channel "${channels[index]}" are not finite numbers (NaN or infinite)`,
      {
        place: { subject: id },
        remedy: 'Mend the file or leave the subject out.',
      },
    );
  });
}
