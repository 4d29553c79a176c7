import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { contextOf, isExplainable } from './run-context.ts';

interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}
const { menus } = JSON.parse(readFileSync('package.json', 'utf8')).contributes as {
  menus: Record<string, MenuItem[]>;
};

/** The commands that the menu of a run in the view has, as VS Code compares its context with their `when`. */
function menuOf(row: Pick<RunRow, 'status' | 'job' | 'task' | 'kind'>): string[] {
  const context = contextOf(row);
  const shown = menus['view/item/context']!.filter(({ when, group }) => {
    if (group.startsWith('inline')) return false;
    const pattern = /viewItem =~ \/(.*)\/$/.exec(when)![1]!;
    return new RegExp(pattern).test(context);
  });
  return shown.map(({ command }) => command.replace(/^innereye\.(runs\.)?/, '')).sort();
}

const completed = { status: 'completed', task: 'segmentation' } as const;
const job = (brought: boolean) => ({ name: 'j', status: 'Completed', brought });
const ALWAYS = ['compare', 'note', 'openFolder', 'openRun', 'showLog', 'tag'];
const HERE = [...ALWAYS, 'delete', 'export', 'openReport', 'reproduce', 'serveLocally'].sort();

describe('the menu of a run', () => {
  it('offers predictions of segmentations, and explanations of all other tasks', () => {
    expect(menuOf(completed)).toEqual([...HERE, 'openPredictions'].sort());
    for (const task of ['classification', 'regression', 'sequence'])
      expect(menuOf({ ...completed, task })).toEqual([...HERE, 'explain'].sort());
  });

  it('explains what is one model only', () => {
    const folds = { ...completed, kind: 'cross-validation' } as const;
    expect(menuOf(folds)).toEqual([...HERE, 'openPredictions'].sort());
    expect(menuOf({ ...folds, task: 'regression' })).toEqual(HERE);
  });

  it('explains a job of AzureML whose results are here', () => {
    const scalar = { ...completed, task: 'classification' };
    expect(menuOf({ ...scalar, job: job(true) })).toContain('explain');
    expect(menuOf({ ...scalar, job: job(false) })).not.toContain('explain');
  });

  it.each(['segmentation', 'regression'])('has what a %s that does not run to its end can do', task => {
    const others = task === 'segmentation' ? ['openPredictions'] : [];
    expect(menuOf({ status: 'running', task })).toEqual([...ALWAYS, 'stop', ...others].sort());
    expect(menuOf({ status: 'cancelled', task })).toEqual([...ALWAYS, 'delete', 'resume', ...others].sort());
    expect(menuOf({ status: 'failed', task })).toEqual([...ALWAYS, 'delete', 'resume'].sort());
    expect(menuOf({ status: 'running', task, job: job(false) })).toEqual(
      [...ALWAYS, 'azure.bringBack', 'azure.cancel', 'azure.openInStudio'].sort(),
    );
  });

  it('offers just the runs that the command takes', () => {
    for (const status of ['completed', 'running', 'failed'] as const)
      for (const task of ['segmentation', 'sequence'])
        for (const kind of [undefined, 'search', 'ensemble'] as const)
          for (const own of [undefined, job(true), job(false)]) {
            const row = { status, task, ...(kind && { kind }), ...(own && { job: own }) };
            expect(menuOf(row).includes('explain')).toBe(isExplainable(row));
          }
  });
});
