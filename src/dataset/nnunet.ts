import { basename, join } from 'node:path';
import { z } from 'zod';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault, type Place } from '../foundation/fault.ts';
import type { Subject } from './dataset.ts';
import { maskFault } from './decathlon.ts';
import { entriesOf } from './folder-listing.ts';
import { fileInside } from './inside-folder.ts';
import { readJsonFile } from './json-file.ts';
import { channelIndices, labelValues } from './label-values.ts';
import { gather, type Reading, requireSubjects } from './reading.ts';

export const nnunetSchema = z.object({
  name: z.string().optional(),
  channel_names: z.record(z.string().regex(/^\d+$/, 'keys are numbers'), z.string()),
  labels: z.record(z.string(), z.union([z.number().int(), z.array(z.number().int())])),
  file_ending: z.string().min(1),
  dataset: z
    .record(z.string(), z.object({ images: z.array(z.string()), label: z.string().optional() }))
    .optional(),
});

type NnunetJson = z.output<typeof nnunetSchema>;

/**
 * nnU-Net's raw format, version 2: `imagesTr/CASE_0000.nii.gz` with a file a channel, `labelsTr/CASE.nii.gz`, and a
 * `dataset.json` with `channel_names`, `labels` and `file_ending`; or cases listed one by one under its `dataset`.
 */
export async function readNnunetDataset(folder: string, settings: DatasetSettings): Promise<Reading> {
  const file = join(folder, 'dataset.json');
  const json = await readJsonFile(file, nnunetSchema);
  if (json.dataset !== undefined) return nnunetDataset(json, folder, settings, [], []);
  const images = await entriesOf(join(folder, 'imagesTr'));
  const labels = await entriesOf(join(folder, 'labelsTr')).catch((error: unknown) => {
    if (error instanceof Fault) return [];
    throw error;
  });
  return nnunetDataset(json, folder, settings, images, labels);
}

/** The same for what has been read: names of the files in `imagesTr` and `labelsTr`. */
export function nnunetDataset(
  json: NnunetJson,
  folder: string,
  settings: DatasetSettings,
  images: readonly string[],
  labels: readonly string[],
): Reading {
  const place: Place = { file: join(folder, 'dataset.json') };
  if (settings.mask !== undefined) throw maskFault(place);
  const names = Object.entries(json.channel_names).sort(([a], [b]) => Number(a) - Number(b));
  const indices = channelIndices(
    settings.channels,
    names.map(([, name]) => name),
    place,
  ).map(index => Number(names[index]![0]));
  const values = labelValues(settings.structures, declaredLabels(json), place);
  const faults: Fault[] = [];
  const cases = json.dataset === undefined ? listedCases(json, images, labels) : namedCases(json);
  const subjects = [...cases].flatMap(([id, entry]) => {
    const subject = gather(faults, (): Subject => {
      const source = (path: string) => ({
        file: fileInside(folder, path, { ...place, subject: id }, { absolute: false }),
      });
      const sources = indices.map(index => {
        const path = entry.images.get(index);
        if (path === undefined) {
          throw new Fault(`the case has no image of channel ${index} ("${json.channel_names[index]}")`, {
            place: { file: join(folder, 'imagesTr'), subject: id },
            remedy: `Its file is named ${id}_${String(index).padStart(4, '0')}${json.file_ending}.`,
          });
        }
        return source(path);
      });
      return {
        id,
        images: sources,
        ...(entry.label !== undefined && {
          labels: { kind: 'map', source: source(entry.label), ...values },
        }),
        attributes: {},
        place: { file: sources[0]!.file, subject: id },
      };
    });
    return subject === undefined ? [] : [subject];
  });
  return requireSubjects(
    { dataset: { name: json.name ?? basename(folder), folder, format: 'nnunet', subjects }, faults },
    { file: join(folder, 'imagesTr') },
    `Name the images CASE_0000${json.file_ending}, with the channel's number at the end.`,
  );
}

interface Case {
  readonly images: ReadonlyMap<number, string>;
  readonly label: string | undefined;
}

function listedCases(
  { file_ending }: NnunetJson,
  images: readonly string[],
  labels: readonly string[],
): Map<string, Case> {
  const known = new Set(labels);
  const cases = new Map<string, { images: Map<number, string>; label: string | undefined }>();
  for (const name of images) {
    const [, id, channel] = name.endsWith(file_ending)
      ? (/^(.+)_(\d{4})$/.exec(name.slice(0, -file_ending.length)) ?? [])
      : [];
    if (id === undefined) continue;
    const label = known.has(id + file_ending) ? `labelsTr/${id}${file_ending}` : undefined;
    const entry = cases.get(id) ?? { images: new Map<number, string>(), label };
    entry.images.set(Number(channel), `imagesTr/${name}`);
    cases.set(id, entry);
  }
  return cases;
}

const namedCases = ({ dataset }: NnunetJson): Map<string, Case> =>
  new Map(
    Object.entries(dataset!).map(([id, { images, label }]) => [
      id,
      { images: new Map(images.map((path, channel) => [channel, path])), label },
    ]),
  );

/** Regions (several values a name) overlap and are left out; so is "ignore", whose voxels have no right answer. */
const declaredLabels = ({ labels }: NnunetJson): Map<string, number> =>
  new Map(
    Object.entries(labels).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[0] !== 'ignore',
    ),
  );
