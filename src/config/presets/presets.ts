import { gbm } from './gbm.ts';
import { headAndNeck } from './head-and-neck.ts';
import { helloWorld } from './hello-world.ts';
import { hippocampus } from './hippocampus.ts';
import { lung } from './lung.ts';
import { prostate } from './prostate.ts';
import { segmentation } from './segmentation.ts';
import { segmentationUnet } from './segmentation-unet.ts';
import { segmentationUnet2d } from './segmentation-unet2d.ts';
import { segmentationUnet3d } from './segmentation-unet3d.ts';

/** File names of presets begin with this: `preset:innereye/hippocampus`. */
export const PRESET = 'preset:';

const TEXTS: Readonly<Record<string, string>> = {
  'innereye/segmentation': segmentation,
  'innereye/segmentation-unet3d': segmentationUnet3d,
  'innereye/segmentation-unet2d': segmentationUnet2d,
  'innereye/segmentation-unet': segmentationUnet,
  'innereye/hello-world': helloWorld,
  'innereye/lung': lung,
  'innereye/head-and-neck': headAndNeck,
  'innereye/prostate': prostate,
  'innereye/hippocampus': hippocampus,
  'innereye/gbm': gbm,
};

/** Names of all presets, as `extends` takes them. */
export function presetNames(): string[] {
  return Object.keys(TEXTS);
}

/** True for what names a preset instead of a file. */
export function isPreset(name: string): boolean {
  return name.startsWith('innereye/');
}

/** The YAML text of a preset by its file name (`preset:innereye/…`), or undefined. */
export function presetText(file: string): string | undefined {
  const name = file.slice(PRESET.length);
  return file.startsWith(PRESET) && Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
}
