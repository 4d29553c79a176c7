import type { TaskData } from './schema/configuration.ts';

/** What a subject or visit has that a model is to tell; a segmentation tells of voxels alone. */
export type TargetKind = 'classes' | 'numbers' | undefined;

/** What the targets of a configuration are. */
export function targetKind(settings: TaskData): TargetKind {
  if (settings.task === 'segmentation') return undefined;
  return tellsClasses(settings) ? 'classes' : 'numbers';
}

/** Whether a task tells classes of subjects or visits apart; a segmentation does of voxels. */
export const tellsClasses = (settings: TaskData): boolean =>
  settings.task !== 'segmentation' && 'column' in settings.dataset.targets;
