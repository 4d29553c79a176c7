import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPanelPage } from '../../extension/run-panel/page.ts';
import type { SearchState } from '../../src/contracts/search.ts';
import { launch, openPage, pageMissing } from './browser.ts';
import { THEMES } from './themes.ts';

const missing = pageMissing('search.js');

const state: SearchState = {
  objective: { metric: 'validation/Dice', goal: 'maximize' },
  total: 12,
  trials: Array.from({ length: 10 }, (_, number) => ({
    number,
    parameters: { 'optimizer.learning_rate': 10 ** -(1 + number / 3), 'loss.name': number % 2 ? 'a' : 'b' },
    status: number === 9 ? ('invalid' as const) : ('completed' as const),
    measurements: number === 9 ? [] : [{ epoch: 5, value: 0.5 + number / 100 }],
    ...(number === 9 && { reason: 'crop too large' }),
    run: `trials/${String(number + 1).padStart(3, '0')}`,
    startedAt: '2026-01-01T00:00:00Z',
  })),
};

describe.skipIf(missing)(`the panel of a search ${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('shows trials as lines and rows, marks one in both, opens its run and the winner', async () => {
    const { page, problems } = await openPage(browser, runPanelPage, 'search', THEMES.dark);
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
    const message = { type: 'search', folder: '/o/s', name: 'lung', state, hasWinner: true };
    await page.evaluate(data => window.postMessage(data, '*'), message);
    await page.getByRole('img', { name: '10 trials over 2 settings and validation/Dice' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('10 of 12 trials, best validation/Dice 0.58');
    // The invalid one has values of its settings, so that its line is there, but no value of the objective.
    expect(await page.locator('path.trial').count()).toBe(10);
    expect(await page.locator('path.without').count()).toBe(1);
    expect(await page.locator('tbody th').first().textContent()).toBe('trial 9');
    expect(await page.locator('tbody tr').last().textContent()).toContain('crop too large');
    await page.getByRole('button', { name: 'trial 9' }).focus();
    expect(await page.locator('path.marked title').textContent()).toBe('Trial 9');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({ type: 'openTrial', run: 'trials/009' });
    await page.getByRole('button', { name: 'Open the Winning Configuration' }).click();
    expect(await page.evaluate(() => window.posted.at(-1))).toEqual({ type: 'openWinner' });
    expect(problems).toEqual([]);
    await page.close();
  });
});
