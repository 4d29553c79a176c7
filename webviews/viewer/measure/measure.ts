import { evaluateSegmentation } from '../../../src/evaluation/evaluate-segmentation.ts';
import { spacingOf, type Zyx } from '../../../src/volume/volume.ts';
import type { LabelMap } from '../volume/label-map.ts';

/** How a prediction of one structure compares with its ground truth. */
export interface StructureComparison {
  readonly value: number;
  readonly dice: number;
  readonly meanDistanceMm: number;
  readonly hausdorff95Mm: number;
  readonly missedVoxels: number;
  readonly addedVoxels: number;
  /** A wrong voxel (x, y, z) in the slice (of constant z) that has the most of them, the one nearest to their middle. */
  readonly worst: readonly [number, number, number] | undefined;
}

/** Classes that one pass of the evaluation can tell apart. */
const AT_ONCE = 255;

/** Whether two label maps have the same voxels in the same places, within a hundredth of a voxel. */
export function onSameGrid(
  a: Pick<LabelMap, 'shape' | 'affine'>,
  b: Pick<LabelMap, 'shape' | 'affine'>,
): boolean {
  const tolerance = 0.01 * Math.min(...spacingOf(a.affine));
  return (
    a.shape.every((size, axis) => size === b.shape[axis]) &&
    a.affine.every(
      (entry, i) => Math.abs(entry - b.affine[i]!) * (i % 4 === 3 ? 1 : Math.max(...a.shape)) <= tolerance,
    )
  );
}

/** Compares two label maps on one grid, for each of the labels. */
export function compareLabels(
  prediction: LabelMap,
  truth: LabelMap,
  values: readonly number[],
): StructureComparison[] {
  const { shape, affine } = truth;
  const places = errorsByValue(prediction.labels, truth.labels, shape);
  const found: StructureComparison[] = [];
  for (let start = 0; start < values.length; start += AT_ONCE) {
    const part = values.slice(start, start + AT_ONCE);
    const classOf = new Uint8Array(65536);
    for (const [index, value] of part.entries()) classOf[value] = index + 1;
    const classes = (labels: LabelMap['labels']) => Uint8Array.from(labels, value => classOf[value]!);
    const rows = evaluateSegmentation({
      patient: '',
      prediction: classes(prediction.labels),
      truth: classes(truth.labels),
      shape,
      spacing: spacingOf(affine),
      structures: part.map(String),
    });
    for (const [index, { dice, meanDistanceMm, hausdorff95Mm }] of rows.entries()) {
      const value = part[index]!;
      const { missed = 0, added = 0, worst } = places.get(value) ?? {};
      found.push({
        value,
        dice,
        meanDistanceMm,
        hausdorff95Mm,
        missedVoxels: missed,
        addedVoxels: added,
        worst,
      });
    }
  }
  return found;
}

interface Errors {
  missed: number;
  added: number;
  worst?: readonly [number, number, number];
}

function errorsByValue(
  prediction: LabelMap['labels'],
  truth: LabelMap['labels'],
  [Z, Y, X]: Zyx,
): Map<number, Errors> {
  const errors = new Map<number, Errors>();
  const most = new Map<number, number>();
  for (let z = 0, index = 0; z < Z; z++) {
    const slice = new Map<number, { count: number; x: number; y: number }>();
    const note = (value: number, kind: 'missed' | 'added', x: number, y: number) => {
      if (value === 0) return;
      const all = errors.get(value) ?? { missed: 0, added: 0 };
      all[kind]++;
      errors.set(value, all);
      const here = slice.get(value) ?? { count: 0, x: 0, y: 0 };
      here.count++;
      here.x += x;
      here.y += y;
      slice.set(value, here);
    };
    for (let y = 0; y < Y; y++) {
      for (let x = 0; x < X; x++, index++) {
        const [p, t] = [prediction[index]!, truth[index]!];
        if (p === t) continue;
        note(t, 'missed', x, y);
        note(p, 'added', x, y);
      }
    }
    for (const [value, { count, x, y }] of slice) {
      if (count <= (most.get(value) ?? 0)) continue;
      most.set(value, count);
      errors.get(value)!.worst = [x / count, y / count, z];
    }
  }
  for (const [value, found] of errors) {
    const isWrong = (index: number) =>
      prediction[index] !== truth[index] && (prediction[index] === value || truth[index] === value);
    found.worst = nearest(found.worst!, [Z, Y, X], isWrong);
  }
  return errors;
}

/** The voxel of a slice nearest to a place in it for which something holds. */
function nearest(
  [x, y, z]: readonly [number, number, number],
  [, Y, X]: Zyx,
  holds: (index: number) => boolean,
): [number, number, number] {
  let best: [number, number, number] = [Math.round(x), Math.round(y), z];
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < Y; j++) {
    for (let i = 0; i < X; i++) {
      const distance = (i - x) ** 2 + (j - y) ** 2;
      if (distance >= least || !holds(i + X * (j + Y * z))) continue;
      least = distance;
      best = [i, j, z];
    }
  }
  return best;
}
