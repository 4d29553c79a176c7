import type { DatasetSettings } from '../config/schema/configuration.ts';
import { spacingOf, type Volume, voxelCount } from '../volume/volume.ts';
import { classesOfLabelMap, paintMask } from './class-map.ts';
import type { Finding, LabelSource, Subject, VolumeSource } from './dataset.ts';
import { placeOf } from './findings.ts';

interface ExaminedLabels {
  readonly classes: Uint8Array;
  readonly drawn: readonly boolean[];
}

/** Reads a volume that must lie on the image's grid; undefined, with a finding, where it cannot be used. */
type Read = (source: VolumeSource, what: string) => Promise<Volume | undefined>;

/** Values listed one by one in a message; a volume that is no label map has thousands. */
const LISTED_VALUES = 8;

/** Class map of one subject, with everything that is wrong in it added to `findings`. */
export async function examineLabels(
  subject: Subject,
  labels: LabelSource,
  settings: DatasetSettings,
  image: Volume,
  read: Read,
  findings: Finding[],
): Promise<ExaminedLabels | undefined> {
  return labels.kind === 'map'
    ? examineLabelMap(subject, labels, settings, read, findings)
    : examineMasks(subject, labels.sources, settings, image, read, findings);
}

async function examineLabelMap(
  subject: Subject,
  { source, values, background }: Extract<LabelSource, { kind: 'map' }>,
  settings: DatasetSettings,
  read: Read,
  findings: Finding[],
): Promise<ExaminedLabels | undefined> {
  const volume = await read(source, 'the label map');
  if (volume === undefined) return undefined;
  const place = placeOf(subject, source);
  const others = settings.other_labels === 'background' ? 'all others' : background;
  const { classes, counts, unknown } = classesOfLabelMap(volume.data, values, others);
  if (unknown.size > 0) {
    const listed = [...unknown]
      .sort(([a], [b]) => a - b)
      .slice(0, LISTED_VALUES)
      .map(([value, count]) => `${value} (${count} voxels)`);
    const more = unknown.size > LISTED_VALUES ? ` and ${unknown.size - LISTED_VALUES} more` : '';
    findings.push({
      severity: 'error',
      message: `the label map has values that are no structure: ${listed.join(', ')}${more}`,
      place,
      remedy:
        settings.other_labels === 'background'
          ? 'Labels are whole numbers from 0 to 65535: export the label map again, without interpolation.'
          : 'Add a structure with that label to the configuration, set dataset.other_labels to background, or remove the value from the label map.',
    });
  }
  for (const [index, { name }] of settings.structures.entries()) {
    if (counts[index] === 0) findings.push(emptyFinding(name, place));
  }
  return { classes, drawn: settings.structures.map(() => true) };
}

async function examineMasks(
  subject: Subject,
  sources: readonly (VolumeSource | undefined)[],
  settings: DatasetSettings,
  image: Volume,
  read: Read,
  findings: Finding[],
): Promise<ExaminedLabels> {
  const names = settings.structures.map(({ name }) => name);
  const classes = new Uint8Array(voxelCount(image.shape));
  const voxelMl = spacingOf(image.affine).reduce((product, length) => product * length, 1) / 1000;
  for (const [index, source] of sources.entries()) {
    if (source === undefined) continue;
    const place = placeOf(subject, source);
    const volume = await read(source, `the mask of "${names[index]}"`);
    if (volume === undefined) continue;
    const { count, overlaps, values } = paintMask(classes, volume.data, index + 1);
    if (values.length > 1 || !values.every(value => Number.isFinite(value))) {
      findings.push({
        severity: 'error',
        message: `the mask of "${names[index]}" has several values: ${values.join(', ')}${values.length === 3 ? ', …' : ''}`,
        place,
        remedy: 'A mask is 0 outside and one other value inside; a label map must be split into masks.',
      });
    }
    if (count === 0) findings.push(emptyFinding(names[index]!, place));
    if (settings.allow_overlap) continue;
    for (const [other, shared] of overlaps) {
      findings.push({
        severity: 'error',
        message: `"${names[index]}" overlaps with "${names[other - 1]}" in ${shared} voxels (${(shared * voxelMl).toPrecision(3)} ml)`,
        place,
        remedy: 'Mend the contours, or set allow_overlap: the structure later in the list wins then.',
      });
    }
  }
  return { classes, drawn: sources.map(source => source !== undefined) };
}

const emptyFinding = (name: string, place: Finding['place']): Finding => ({
  severity: 'warning',
  message: `the structure "${name}" is empty`,
  place,
  remedy: 'Check that it is really absent in this subject.',
});
