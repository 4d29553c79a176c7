import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { VolumeHeader } from '../volume/header.ts';
import { checkVolume } from '../volume/read.ts';
import type { Finding, Subject, VolumeSource } from './dataset.ts';
import { checkGrid, checkSpacing } from './examine-subject.ts';
import { findingOf, placeOf } from './findings.ts';

/**
 * What is wrong with a subject as far as that shows without holding voxels: files that are missing, cut off or damaged,
 * channels, structures and mask that lie on different grids, the spacing.
 */
export async function checkSubject(subject: Subject, settings: DatasetSettings): Promise<Finding[]> {
  const findings: Finding[] = [];
  // A file that several channels or structures name is checked once.
  const checked = new Map<string, Promise<VolumeHeader>>();
  let reference: VolumeHeader | undefined;
  for (const [what, source] of volumesOf(subject, settings)) {
    const place = placeOf(subject, source);
    try {
      const known = checked.get(source.file);
      const check = known ?? checkVolume(source.file);
      checked.set(source.file, check);
      // What is wrong with the file has been said.
      const header = known === undefined ? await check : await check.catch(() => undefined);
      if (header === undefined) continue;
      requireComponent(header, source);
      reference ??= header;
      checkGrid(reference, header, place, what, findings);
    } catch (error) {
      findings.push(...findingOf(error, place));
    }
  }
  if (reference !== undefined) checkSpacing(reference, subject, settings, findings);
  return findings;
}

/** All volumes of a subject with a word for each, the images first. */
function volumesOf({ images, labels, mask }: Subject, settings: DatasetSettings): [string, VolumeSource][] {
  const structures: [string, VolumeSource | undefined][] =
    labels === undefined
      ? []
      : labels.kind === 'map'
        ? [['the label map', labels.source]]
        : labels.sources.map((source, index) => [
            `the mask of "${settings.structures[index]!.name}"`,
            source,
          ]);
  return [
    ...images.map((source, index): [string, VolumeSource] => [
      `the channel "${settings.channels[index]}"`,
      source,
    ]),
    ...structures.filter((pair): pair is [string, VolumeSource] => pair[1] !== undefined),
    ...(mask === undefined ? [] : [['the mask', mask] as [string, VolumeSource]]),
  ];
}

function requireComponent({ components }: VolumeHeader, { component }: VolumeSource): void {
  if (component === undefined ? components === 1 : component < components) return;
  throw component === undefined
    ? new Fault(`the file holds ${components} components where one volume is wanted`, {
        remedy: 'Say which component is meant, or split the file.',
      })
    : new Fault(`the file has ${components} components, but the channel is component ${component}`, {
        remedy: 'Export the image with all its channels; the first is component 0.',
      });
}
