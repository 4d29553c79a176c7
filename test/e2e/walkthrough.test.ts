import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { cacheFolder, findLibrary } from '../../src/engine/library.ts';
import { tinted } from './colours.ts';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const missing = whyNoHost() ?? (findLibrary() ? undefined : 'the training engine is not installed');
if (missing) console.log(`The walkthrough is skipped: ${missing}`);

const LIVER = '#e6194b';
const CLICKS = 8;
const MINUTES = 5;

describe.skipIf(missing)('from an empty window to a first prediction', () => {
  let home: string;
  let window: Window;
  pictureFailures(() => window);
  beforeAll(async () => {
    // A home of its own, which the example is made in.
    home = mkdtempSync(join(tmpdir(), 'innereye-home-'));
    window = await Window.open(inject('vsix'), undefined, {
      settings: { 'workbench.startupEditor': 'welcomePage' },
      env: { HOME: home, INNEREYE_CACHE: cacheFolder() },
    });
  });
  afterAll(async () => {
    await window?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it(
    `takes at most ${CLICKS} clicks and ${MINUTES} minutes`,
    async () => {
      const began = performance.now();
      const { page } = window;
      const walkthrough = page.getByRole('button', { name: /From scans to a first prediction/ });
      await walkthrough.first().waitFor();
      await window.picture('walkthrough-1-welcome');
      await window.click(walkthrough.first());
      const make = page.getByRole('button', { name: 'Make the Example' });
      await make.waitFor();
      await window.picture('walkthrough-2-example');
      await window.click(make);
      const here = page.locator('.quick-input-widget').getByRole('button', { name: 'Make It Here' });
      await here.waitFor();
      await window.picture('walkthrough-3-where');
      await window.click(here);
      // The window opens anew, with the folder of the example.
      await expect
        .poll(() => page.title().catch(() => ''), { timeout: 90_000 })
        .toContain('innereye-example');
      const step = page.locator('.getting-started-step').filter({ hasText: /^Train/ });
      await step.or(walkthrough.first()).first().waitFor({ timeout: 60_000 });
      // VS Code draws the walkthrough again when the window has settled, and may then show another step or its
      // welcome page: what a person clicks in that case is counted like every other click.
      await page.waitForTimeout(3_000);
      await window.picture('walkthrough-4-train');
      if (!(await step.isVisible())) await window.click(walkthrough.first());
      const train = page.getByRole('button', { name: 'Train the Example' });
      if (!(await train.isVisible())) await window.click(step);
      await window.click(train);
      await window.webview.locator('section.chart canvas').first().waitFor({ timeout: 120_000 });
      await window.picture('walkthrough-5-curves');
      const look = window.webview.getByRole('button', { name: 'Look at predictions' });
      await look.waitFor({ timeout: 240_000 });
      await window.picture('walkthrough-6-completed');
      await window.click(look);
      const liver = window.webview.locator('.structure').filter({ hasText: 'liver' });
      await expect.poll(() => liver.first().textContent(), { timeout: 60_000 }).toMatch(/0\.\d\d/);
      const slices = window.webview.getByRole('img', { name: /plane of/ });
      expect(await tinted(slices.first(), LIVER)).toBeGreaterThan(200);
      await window.picture('walkthrough-7-prediction');
      const minutes = (performance.now() - began) / 60_000;
      console.log(`${window.clicks} clicks, ${minutes.toFixed(1)} minutes`);
      expect(window.clicks).toBeLessThanOrEqual(CLICKS);
      expect(minutes).toBeLessThanOrEqual(MINUTES);
    },
    (MINUTES + 3) * 60_000,
  );
});
