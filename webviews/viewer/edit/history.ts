import type { LabelMap } from '../volume/label-map.ts';
import type { Stroke } from './brush.ts';

/** Strokes that can be taken back, and done again. Old ones are forgotten when they hold too many voxels together. */
export class History {
  private undone: Stroke[] = [];
  private done: Stroke[] = [];
  private voxels = 0;

  constructor(private readonly most = 50_000_000) {}

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  add(stroke: Stroke): void {
    if (stroke.indices.length === 0) return;
    this.undone = [];
    this.done.push(stroke);
    this.voxels += stroke.indices.length;
    while (this.voxels > this.most && this.done.length > 1) this.voxels -= this.done.shift()!.indices.length;
  }

  undo(map: LabelMap): void {
    const stroke = this.done.pop();
    if (stroke) this.undone.push(reverse(map, stroke));
  }

  redo(map: LabelMap): void {
    const stroke = this.undone.pop();
    if (stroke) this.done.push(reverse(map, stroke));
  }
}

/** Puts back what voxels were, last change first, and returns the stroke that does the opposite. */
function reverse({ labels }: LabelMap, { indices, before }: Stroke): Stroke {
  const opposite: Stroke = { indices: [], before: [] };
  for (let i = indices.length - 1; i >= 0; i--) {
    opposite.indices.push(indices[i]!);
    opposite.before.push(labels[indices[i]!]!);
    labels[indices[i]!] = before[i]!;
  }
  return opposite;
}
