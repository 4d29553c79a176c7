import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findLibrary } from '../../src/engine/library.ts';
import { makeWorkspace } from '../workspace.mjs';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost() ?? (findLibrary() ? undefined : 'the training engine is not installed');
if (missing) console.log(`The way from a configuration to its error map is skipped: ${missing}`);

describe.skipIf(missing)('from a configuration to its error map', () => {
  let workspace: ReturnType<typeof makeWorkspace>;
  let window: Window;
  pictureFailures(() => window);
  beforeAll(async () => {
    workspace = makeWorkspace({ subjects: 10 });
    window = await Window.open(inject('vsix'), workspace.folder);
  });
  afterAll(async () => {
    await window?.close();
    workspace?.remove();
  });

  /** How far the run panel says that training is. */
  const epochShown = async (): Promise<number> => {
    const text = await window.webview.locator('.facts dd').first().textContent();
    return Number(/^(\d+) of 50$/.exec(text ?? '')?.[1] ?? 0);
  };

  it('trains by a right-click, and the curve grows', async () => {
    await window.menu(window.file('learner.innereye.yaml'), 'Train');
    const loss = window.webview.locator('section.chart').first();
    await loss.locator('canvas').waitFor({ timeout: 90_000 });
    await expect.poll(epochShown, { timeout: 60_000 }).toBeGreaterThan(2);
    const early = await epochShown();
    await window.picture('1-training');
    const drawn = await loss.locator('canvas').screenshot();
    await expect.poll(epochShown, { timeout: 60_000 }).toBeGreaterThan(early + 3);
    expect((await loss.locator('canvas').screenshot()).equals(drawn)).toBe(false);
    expect(await window.webview.getByText('Running').isVisible()).toBe(true);
  });

  it('shows the whole curve after the window is reloaded', async () => {
    const before = await epochShown();
    await window.page.reload();
    await window.webview.locator('section.chart canvas').first().waitFor({ timeout: 60_000 });
    await expect.poll(epochShown, { timeout: 60_000 }).toBeGreaterThanOrEqual(before);
    await window.picture('2-reloaded');
    await window.webview.getByText('Completed', { exact: true }).waitFor({ timeout: 120_000 });
    expect(await epochShown()).toBe(50);
    await window.picture('3-completed');
  });
});
