import { join } from 'node:path';
import { writeFileAtomically } from '../../foundation/atomic-file.ts';
import { formatCsv } from '../../foundation/csv.ts';
import { makeFolder } from '../../foundation/folder.ts';
import { Random } from '../../foundation/random.ts';
import { writeNifti } from '../../volume/formats/nifti-write.ts';
import { affineFromSpacing, type Zyx } from '../../volume/volume.ts';

const VISITS = 4;
const SHAPE: Zyx = [8, 12, 12];
const RADIUS = 3;
const COLUMNS = ['subject', 'visit', 'scan', 'age', 'marker', 'clinic', 'relapse', 'progression', 'burden'];

export interface VisitsCohortOptions {
  readonly subjects: number;
  readonly seed: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A made-up cohort of four visits a subject whose answers lie in what was seen before: `relapse` at the last visit follows from
 * whether the marker was above 0 at the first; `progression` from whether the first scan shows a lesion (a ball brighter
 * than its noise); `burden` is the mean of the marker over all visits. No visit's marker or scan says anything of
 * another's. The same options give the same files: dataset.csv and scans/.
 */
export async function makeVisitsCohort(folder: string, options: VisitsCohortOptions): Promise<void> {
  const { subjects, seed, onProgress, signal } = options;
  const csv = join(folder, 'dataset.csv');
  await makeFolder(join(folder, 'scans'));
  const rows: (string | number)[][] = [];
  for (let index = 0; index < subjects; index++) {
    signal?.throwIfAborted();
    onProgress?.(index, subjects);
    const subject = `p${String(index + 1).padStart(3, '0')}`;
    const random = new Random(seed, 'visits-cohort', subject);
    const age = 40 + random.below(40);
    const clinic = random.chance(0.5) ? 'north' : 'south';
    const visits = Array.from({ length: VISITS }, () => ({
      marker: (random.chance(0.5) ? 1 : -1) * random.between(0.5, 1.5),
      lesion: random.chance(0.5),
    }));
    const burden = visits.reduce((sum, { marker }) => sum + marker, 0) / VISITS;
    for (const [visit, { marker, lesion }] of visits.entries()) {
      const scan = `scans/${subject}_${visit}.nii`;
      const data = scanOf(lesion, new Random(seed, 'visits-cohort', subject, visit));
      await writeNifti(join(folder, scan), { data, shape: SHAPE, affine: affineFromSpacing([2, 2, 2]) });
      const last = visit === VISITS - 1;
      rows.push([
        subject,
        visit,
        scan,
        age + visit,
        marker.toFixed(3),
        clinic,
        last ? Number(visits[0]!.marker > 0) : '',
        last ? Number(visits[0]!.lesion) : '',
        last ? burden.toFixed(3) : '',
      ]);
    }
  }
  await writeFileAtomically(csv, formatCsv(COLUMNS, rows));
  onProgress?.(subjects, subjects);
}

/** Noise, and a ball somewhere in it where there is a lesion. */
function scanOf(lesion: boolean, random: Random): Float32Array {
  const centre = SHAPE.map(extent => RADIUS + random.below(extent - 2 * RADIUS));
  const [depth, height, width] = SHAPE;
  const data = new Float32Array(depth * height * width);
  for (let at = 0; at < data.length; at++) {
    const place = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    const squares = place.reduce((sum, voxel, axis) => sum + (voxel - centre[axis]!) ** 2, 0);
    data[at] = 0.3 * random.normal() + (lesion && squares < RADIUS ** 2 ? 1 : 0);
  }
  return data;
}
