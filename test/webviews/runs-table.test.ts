import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPanelPage } from '../../extension/run-panel/page.ts';
import type { RunRow, ToRunsTable } from '../../src/contracts/runs-table.ts';
import { launch, openPage, pageMissing } from './browser.ts';
import { THEMES } from './themes.ts';

const missing = pageMissing('runs-table.js');
const STATUSES = ['completed', 'failed', 'interrupted', 'cancelled', 'running'] as const;

const rows = (count: number): RunRow[] =>
  Array.from({ length: count }, (_, index) => {
    const status = STATUSES[index % STATUSES.length]!;
    return {
      folder: `/o/run-${index}`,
      name: `model-${index}`,
      task: 'segmentation',
      status,
      startedAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
      ...(status === 'completed' && {
        seconds: index,
        score: { name: 'Dice', split: 'test' as const, value: (index % 1000) / 1000 },
      }),
      epochs: 30,
      tags: index % 2 ? { site: 'B' } : {},
      note: index === 0 ? 'a <b>note</b>' : '',
      configuration: '/c/liver.innereye.yaml',
      seed: 1,
    };
  });

describe.skipIf(missing)(`the table of runs ${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (count: number, theme = THEMES.dark) => {
    const { page, problems } = await openPage(browser, runPanelPage, 'runs-table', theme);
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
    const send = (message: ToRunsTable) => page.evaluate(data => window.postMessage(data, '*'), message);
    await send({ type: 'rows', rows: rows(count) });
    const names = () => page.locator('tbody th').allTextContents();
    await page.locator('tbody tr').first().waitFor();
    return { page, problems, names };
  };

  it('shows thousands, the newest first, and more of them when asked', async () => {
    const { page, problems, names } = await open(3_000);
    expect((await names()).slice(0, 2)).toEqual(['model-2999', 'model-2998']);
    expect(await page.getByRole('status').textContent()).toBe('3000 runs');
    await page.getByRole('button', { name: 'Show 300 more' }).click();
    expect(await names()).toHaveLength(600);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('sorts by a column, either way, and says so to a screen reader', async () => {
    const { page, names } = await open(20);
    const heading = page.getByRole('columnheader', { name: 'Score' });
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect((await names()).slice(0, 4)).toEqual(['model-15', 'model-10', 'model-5', 'model-0']);
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect((await names())[0]).toBe('model-0');
    await page.close();
  });

  it('filters, is walked through with the arrow keys, and opens the run that has the focus', async () => {
    const { page, names } = await open(20);
    await page.getByRole('searchbox').fill('site=b completed');
    expect(await names()).toEqual(['model-15', 'model-5']);
    await page.getByRole('button', { name: 'model-15' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({ type: 'open', folder: '/o/run-5' });
    await page.close();
  });

  it('compares two runs, the third chosen takes the place of the first', async () => {
    const { page } = await open(5);
    const compare = page.getByRole('button', { name: 'Compare' });
    const boxes = page.locator('tbody input');
    await boxes.nth(0).check();
    expect(await compare.isDisabled()).toBe(true);
    await boxes.nth(1).check();
    await boxes.nth(2).check();
    expect(await boxes.nth(0).isChecked()).toBe(false);
    await compare.click();
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({
      type: 'compare',
      folders: ['/o/run-3', '/o/run-2'],
    });
    await page.close();
  });

  it('shows text of people as it is', async () => {
    const { page } = await open(1);
    expect(await page.getByText('a <b>note</b>').count()).toBe(1);
    await page.close();
  });
});
