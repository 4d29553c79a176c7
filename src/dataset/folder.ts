import { basename, join } from 'node:path';
import type { DatasetSettings } from '../config/schema/configuration.ts';
import { Fault } from '../foundation/fault.ts';
import type { Subject } from './dataset.ts';
import { maskFault } from './decathlon.ts';
import { entriesOf, filesAtDepth, volumesIn } from './folder-listing.ts';
import { fileInside } from './inside-folder.ts';
import { labelValues } from './label-values.ts';
import { gather, quoted, type Reading, requireSubjects } from './reading.ts';
import { subjectIdOf } from './volume-name.ts';

/**
 * Plain folders: images in one, label maps in another, paired by their names. A folder is enough where the names are
 * equal; a pattern such as `*_ct.nii.gz` says which part of the name is the subject. Several channels lie in
 * subfolders named as they are, end in `_CHANNEL`, or stand in the pattern as `{channel}`.
 */
export async function readFolderDataset(folder: string, settings: DatasetSettings): Promise<Reading> {
  const place = { file: folder };
  if (settings.mask !== undefined) throw maskFault(place);
  const values = labelValues(settings.structures, new Map(), place);
  const images = await Promise.all(
    settings.channels.map(channel =>
      imagesOf(folder, settings.images ?? 'images', channel, settings.channels),
    ),
  );
  const labels = await labelsOf(folder, settings.labels);
  const faults: Fault[] = [];
  const ids = [...new Set(images.flatMap(found => [...found.keys()]))];
  const subjects = ids.flatMap(id => {
    const subject = gather(faults, (): Subject => {
      const missing = settings.channels.filter((_, index) => !images[index]!.has(id));
      if (missing.length > 0) {
        throw new Fault(`there is no image of the channel ${quoted(missing)}`, {
          place: { file: folder, subject: id },
          remedy: 'Every subject needs an image of every channel, named after the same rule.',
        });
      }
      const files = images.map(found => found.get(id)!);
      const label = labels.get(id);
      return {
        id,
        images: files.map(file => ({ file })),
        ...(label !== undefined && { labels: { kind: 'map', source: { file: label }, ...values } }),
        attributes: {},
        place: { file: files[0]!, subject: id },
      };
    });
    return subject === undefined ? [] : [subject];
  });
  if (labels.size > 0 && subjects.length > 0 && !subjects.some(subject => subject.labels !== undefined)) {
    throw new Fault(
      `no image has the name of a label map: images are such as "${ids[0]}", label maps such as "${[...labels.keys()][0]}"`,
      { place, remedy: 'Say with patterns which part is the subject, such as labels: labels/*_seg.nii.gz.' },
    );
  }
  return requireSubjects(
    { dataset: { name: basename(folder), folder, format: 'folder', subjects }, faults },
    place,
    `No images match "${settings.images ?? 'images'}"; name their folder or pattern in \`images\`.`,
  );
}

type FilesBySubject = ReadonlyMap<string, string>;

async function imagesOf(
  root: string,
  images: string,
  channel: string,
  channels: readonly string[],
): Promise<FilesBySubject> {
  if (isPattern(images)) {
    if (channels.length > 1 && !images.includes('{channel}')) {
      throw new Fault(`the pattern "${images}" does not say where the channel stands`, {
        place: { file: root },
        remedy: 'Write {channel} in its place, such as images/*_{channel}.nii.gz.',
      });
    }
    return matching(root, images, channel);
  }
  const folder = fileInside(root, images, { file: root }, { absolute: true });
  if ((await entriesOf(folder)).includes(channel)) return named(join(folder, channel), '');
  return named(folder, channels.length === 1 ? '' : `_${channel}`);
}

async function labelsOf(root: string, labels: string | undefined): Promise<FilesBySubject> {
  if (labels !== undefined && isPattern(labels)) return matching(root, labels, '');
  if (labels === undefined && !(await entriesOf(root)).includes('labels')) return new Map();
  return named(fileInside(root, labels ?? 'labels', { file: root }, { absolute: true }), '');
}

const isPattern = (text: string) => text.includes('*') || text.includes('{channel}');

/** Volumes of a folder whose stem ends in `suffix`, by the rest of the stem. */
async function named(folder: string, suffix: string): Promise<FilesBySubject> {
  const files = (await volumesIn(folder)).filter(name => subjectIdOf(name).endsWith(suffix));
  return unique(
    files.map(name => {
      const stem = subjectIdOf(name);
      return [stem.slice(0, stem.length - suffix.length), join(folder, name)];
    }),
  );
}

/** Files that match a pattern; the subject is what the asterisks stand for (joined with "_" where they differ). */
async function matching(root: string, pattern: string, channel: string): Promise<FilesBySubject> {
  fileInside(root, pattern, { file: root }, { absolute: false });
  const parts = pattern
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .replaceAll('{channel}', channel)
    .split('/');
  const firstOpen = parts.findIndex(part => part.includes('*'));
  const fixed = firstOpen === -1 ? parts.slice(0, -1) : parts.slice(0, firstOpen);
  const open = parts.slice(fixed.length);
  const expression = new RegExp(`^${open.map(toExpression).join('/')}$`);
  const folder = join(root, ...fixed);
  const found = (await filesAtDepth(folder, open.length)).flatMap((path): [string, string][] => {
    const match = expression.exec(path);
    if (match === null) return [];
    return [[[...new Set(match.slice(1))].join('_'), join(folder, path)]];
  });
  return unique(found);
}

const toExpression = (part: string) =>
  part
    .split(/\*+/)
    .map(literal => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('([^/]*?)');

function unique(found: readonly (readonly [string, string])[]): FilesBySubject {
  const files = new Map<string, string>();
  for (const [id, file] of found) {
    const other = files.get(id);
    if (other !== undefined) {
      throw new Fault(`two files are of the same subject "${id}": ${basename(other)} and ${basename(file)}`, {
        place: { file, subject: id },
        remedy: 'Remove one, or make the pattern narrower.',
      });
    }
    files.set(id, file);
  }
  return files;
}
