import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPanelPage } from '../../extension/run-panel/page.ts';
import type { ComparedRuns, RunAgainstFirst, ToComparison } from '../../src/contracts/comparison.ts';
import { launch, openPage, pageMissing } from './browser.ts';
import { THEMES } from './themes.ts';

const missing = pageMissing('comparison.js');

const one = (second: string, subjects: number): RunAgainstFirst => ({
  first: '/o/base',
  second,
  identicalWeights: false,
  settings: [{ setting: 'optimizer.learning_rate', values: [0.001, 0.01] }],
  results: [{ setting: 'test/Dice', values: [0.9123456, null] }],
  code: [],
  subjects: [{ split: 'train', onlyFirst: ['a'], onlySecond: [] }],
  measurements: {
    mode: 'Test',
    structures: [
      {
        structure: 'liver',
        metric: { title: 'Dice', unit: '' },
        pairs: subjects,
        means: [0.95, 0.9],
        difference: -0.05,
        interval: { low: -0.06, high: -0.04 },
        adjustedP: 0.0005,
        verdict: 'worse',
      },
    ],
    changed: Array.from({ length: subjects }, (_, index) => ({
      patient: index === 0 ? 'p<b>0' : `p${index}`,
      structure: 'liver',
      dice: [0.9, 0.5 + index / 100],
      change: -0.4 + index / 100,
      segmentations: [`/o/base/p${index}.nii.gz`, `${second}/p${index}.nii.gz`],
    })),
  },
});

describe.skipIf(missing)(`the panel of a comparison ${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (message: ToComparison, theme = THEMES.dark) => {
    const { page, problems } = await openPage(browser, runPanelPage, 'comparison', theme);
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
    await page.evaluate(data => window.postMessage(data, '*'), message);
    return { page, problems };
  };
  const compared = (...comparisons: RunAgainstFirst[]): ToComparison => ({
    type: 'compared',
    compared: { comparisons } satisfies ComparedRuns,
  });

  it('lists the worst changed cases first, and opens one in the viewer', async () => {
    const { page, problems } = await open(compared(one('/o/other', 60)));
    const cases = page.getByRole('region', { name: 'Changed cases on Test' });
    await cases.waitFor();
    expect(await cases.locator('tbody tr').count()).toBe(20);
    expect(await cases.locator('tbody th').first().textContent()).toBe('p<b>0');
    expect(await cases.getByRole('status').textContent()).toContain('40 worse, 20 better');
    await cases.getByRole('button', { name: 'p3, liver: show both predictions' }).click();
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({
      type: 'openCase',
      patient: 'p3',
      segmentations: ['/o/base/p3.nii.gz', '/o/other/p3.nii.gz'],
    });
    await cases.getByRole('button', { name: 'Show 40 more' }).click();
    expect(await cases.locator('tbody tr').count()).toBe(60);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('tells what differs in metrics, results, settings, code and data, and goes to a setting', async () => {
    const { page } = await open(compared(one('/o/other', 3)), THEMES.light);
    for (const [name, text] of [
      ['Metrics on Test', 'worse'],
      ['Results', '0.91235'],
      ['Settings', 'optimizer.learning_rate'],
      ['Code', 'No difference.'],
      ['Data', '1: a'],
    ] as const)
      expect(await page.getByRole('region', { name }).textContent()).toContain(text);
    await page.getByRole('button', { name: /learning_rate of other: 0.01/ }).click();
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({
      type: 'openSetting',
      folder: '/o/other',
      path: 'optimizer.learning_rate',
    });
    await page.close();
  });

  it('compares several runs with the first, one at a time, and keeps which they are', async () => {
    const { page } = await open(compared(one('/o/second', 3), one('/o/third', 4)));
    await page.getByLabel('Compare the first with').selectOption({ label: 'third' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('base against third');
    const kept = await page.evaluate(() => JSON.parse(sessionStorage.getItem('state')!));
    expect(kept).toEqual({ folders: ['/o/base', '/o/second', '/o/third'] });
    await page.close();
  });

  it('says why runs cannot be compared', async () => {
    const { page } = await open({ type: 'fault', message: 'the run is gone' });
    expect(await page.getByRole('alert').textContent()).toBe('the run is gone');
    await page.close();
  });
});
