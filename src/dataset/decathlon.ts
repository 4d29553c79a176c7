import { basename, join } from 'node:path';
import { z } from 'zod';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault, type Place } from '../foundation/fault.ts';
import type { Subject, VolumeSource } from './dataset.ts';
import { fileInside } from './inside-folder.ts';
import { readJsonFile } from './json-file.ts';
import { channelIndices, labelValues } from './label-values.ts';
import { gather, type Reading, requireSubjects } from './reading.ts';
import { subjectIdOf } from './volume-name.ts';

const names = z.record(z.string().regex(/^\d+$/, 'keys are numbers'), z.string());

export const decathlonSchema = z.object({
  name: z.string().optional(),
  modality: names,
  labels: names,
  training: z.array(z.union([z.object({ image: z.string(), label: z.string().optional() }), z.string()])),
});

/**
 * The layout of the Medical Segmentation Decathlon (Antonelli et al. 2022): `dataset.json` lists images and label
 * maps; the channels of an image are the components of one 4D file, named by `modality`.
 */
export async function readDecathlonDataset(folder: string, settings: DatasetSettings): Promise<Reading> {
  const file = join(folder, 'dataset.json');
  return decathlonDataset(await readJsonFile(file, decathlonSchema), folder, settings);
}

/** The same for a `dataset.json` that is read already. */
export function decathlonDataset(
  json: z.output<typeof decathlonSchema>,
  folder: string,
  settings: DatasetSettings,
): Reading {
  const place: Place = { file: join(folder, 'dataset.json') };
  const modalities = inOrder(json.modality);
  const components = channelIndices(
    settings.channels,
    modalities.map(([, name]) => name),
    place,
  ).map(index => modalities[index]![0]);
  if (settings.mask !== undefined) throw maskFault(place);
  const labels = labelValues(
    settings.structures,
    new Map(inOrder(json.labels).map(([value, name]) => [name, value])),
    place,
  );
  const faults: Fault[] = [];
  const subjects: Subject[] = [];
  for (const entry of json.training) {
    const { image, label } = typeof entry === 'string' ? { image: entry, label: undefined } : entry;
    // Archives made on macOS list its resource files too.
    if (basename(image).startsWith('._')) continue;
    const id = subjectIdOf(image);
    const subject = gather(faults, (): Subject => {
      const source = (path: string): VolumeSource => ({
        file: fileInside(folder, path, { ...place, subject: id }, { absolute: false }),
      });
      if (subjects.some(other => other.id === id)) {
        throw new Fault(`the subject "${id}" is listed twice`, {
          place: { ...place, subject: id },
          remedy: 'Remove one of the entries from "training".',
        });
      }
      const { file } = source(image);
      return {
        id,
        images: components.map(component => (modalities.length === 1 ? { file } : { file, component })),
        ...(label !== undefined && { labels: { kind: 'map', source: source(label), ...labels } }),
        attributes: {},
        place: { file, subject: id },
      };
    });
    if (subject !== undefined) subjects.push(subject);
  }
  const name = json.name === undefined || json.name === '' ? basename(folder) : json.name;
  return requireSubjects(
    { dataset: { name, folder, format: 'decathlon', subjects }, faults },
    place,
    'List pairs of image and label under "training".',
  );
}

/** Formats that have images and label maps alone cannot tell where a mask would be. */
export function maskFault(place: Place): Fault {
  return new Fault('this format of data set has no masks', {
    place,
    remedy: 'Remove `mask`, or list images, structures and mask in a dataset.csv.',
  });
}

const inOrder = (map: Readonly<Record<string, string>>): [number, string][] =>
  Object.entries(map)
    .map(([key, name]): [number, string] => [Number(key), name])
    .sort(([a], [b]) => a - b);
