import type { RunRow } from '../../src/contracts/runs-table.ts';

/** Whether a run's model tells of subjects, by classes or numbers, instead of segmenting scans. */
export const isScalar = ({ task }: Pick<RunRow, 'task'>): boolean => task !== 'segmentation';

/** Whether `innereye explain` can say what a run goes by: a model of its own, whose weights are here. */
export const isExplainable = (row: Pick<RunRow, 'status' | 'job' | 'task' | 'kind'>): boolean =>
  isScalar(row) && row.kind === undefined && row.status === 'completed' && (row.job?.brought ?? true);

/**
 * What menus go by: `run.STATUS`, then `.job` or `.brought` of one on AzureML, as menus of jobs that are at work, or whose
 * results are not here, are not those of runs of this machine; `.scalar` where the task is no segmentation; `.many` of what
 * is made of several runs.
 */
export const contextOf = (row: Pick<RunRow, 'status' | 'job' | 'task' | 'kind'>): string =>
  [
    'run',
    row.status,
    ...(row.job ? [row.status === 'completed' && row.job.brought ? 'brought' : 'job'] : []),
    ...(isScalar(row) ? ['scalar'] : []),
    ...(row.kind ? ['many'] : []),
  ].join('.');
