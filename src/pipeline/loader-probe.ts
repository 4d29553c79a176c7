import type { Probe, ProbeValue, ProbeValues, ProbeVolume } from '../foundation/probe.ts';
import { spacingOf, type Zyx } from '../volume/volume.ts';
import type { AugmentationProbe, DeformationProbe } from './augmentations/index.ts';
import type { Crop } from './crop.ts';
import type { PreprocessingProbe } from './preprocess.ts';
import type { PreparedSubject } from './subject.ts';

/** The images, labels and mask of a subject or crop, as a debugger shows them. */
interface Voxels {
  readonly shape: Zyx;
  readonly spacing: Zyx;
  readonly images: readonly Float32Array[];
  readonly labels?: Uint8Array | undefined;
  readonly mask?: Uint8Array | undefined;
}

/** Shows what each preprocessing step makes of a subject. */
export const preprocessingProbe =
  (probe: Probe, channels: readonly string[]): PreprocessingProbe =>
  (step, _settings, before, after) =>
    probe.at({
      setting: `preprocessing[${step}]`,
      values: () => ({
        input: group(voxelsOf(before), channels),
        output: group(voxelsOf(after), channels),
      }),
    });

/** Shows a crop as it is drawn, before anything is augmented. */
export function showSampled(probe: Probe, crop: () => Crop, drawn: { corner: Zyx; centredOn: number }): void {
  probe.at({
    setting: 'sampling',
    values: () => ({
      output: group(crop()),
      corner: drawn.corner.join(', '),
      centred_on: drawn.centredOn,
    }),
  });
}

/** Shows a crop with the deformations before and after each spatial step. */
export const deformationProbe =
  (probe: Probe, crop: (deformation: Parameters<DeformationProbe>[2]) => Crop): DeformationProbe =>
  (step, _settings, before, after) =>
    probe.at({
      setting: `augmentation[${step}]`,
      values: () => ({
        input: group(crop(before)),
        output: group(crop(after)),
        applied: before !== after,
      }),
    });

/** Shows a crop before and after each step on intensities. */
export const intensityProbe =
  (probe: Probe): AugmentationProbe =>
  (step, _settings, before, after, applied) =>
    probe.at({
      setting: `augmentation[${step}]`,
      values: () => ({ input: group(before), output: group(after), applied }),
    });

const voxelsOf = (subject: PreparedSubject): Voxels => ({ ...subject, spacing: spacingOf(subject.affine) });

function group(
  { shape, spacing, images, labels, mask }: Voxels,
  channels: readonly string[] = [],
): ProbeValue {
  const volume = (data: ProbeVolume['data'], holds: ProbeVolume['holds']): ProbeVolume => ({
    kind: 'volume',
    data,
    shape,
    spacing,
    holds,
  });
  const named = images.map((data, channel): [string, ProbeVolume] => [
    images.length === 1 ? 'image' : `image_${channels[channel] ?? channel}`,
    volume(data, 'image'),
  ]);
  const values: ProbeValues = {
    ...Object.fromEntries(named),
    ...(labels && { labels: volume(labels, 'labels') }),
    ...(mask && { mask: volume(mask, 'labels') }),
  };
  return { kind: 'group', values };
}
