import type { TaskData } from './schema/configuration.ts';

/** Whether a task tells classes of subjects or visits apart; a segmentation does of voxels. */
export const tellsClasses = (settings: TaskData): boolean =>
  settings.task !== 'segmentation' && 'column' in settings.dataset.targets;
