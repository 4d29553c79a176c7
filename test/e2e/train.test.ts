import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findLibrary } from '../../src/engine/library.ts';
import { ADDED, MISSED } from '../../webviews/viewer/render/paint.ts';
import { makeWorkspace } from '../workspace.mjs';
import { tinted } from './colours.ts';
import { pictureFailures, Window, whyNoHost } from './window.ts';

const [LIVER, KIDNEYS] = ['#e6194b', '#3cb44b'];
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

  /** The axial slice in front. */
  const slice = () => window.webview.getByRole('img', { name: /^axial plane/ }).first();

  it('lays a prediction over its scan, measured against the truth', async () => {
    await window.click(window.webview.getByRole('button', { name: 'Look at predictions' }));
    const liver = window.webview.locator('.structure').filter({ hasText: 'liver' });
    await expect.poll(() => liver.first().textContent(), { timeout: 60_000 }).toMatch(/0\.[5-9]\d/);
    await window.picture('4-prediction');
    expect(await tinted(slice(), LIVER)).toBeGreaterThan(500);
  });

  it('switches a structure off', async () => {
    const shown = window.webview.getByRole('switch', { name: 'liver is shown' });
    const before = { liver: await tinted(slice(), LIVER), kidneys: await tinted(slice(), KIDNEYS) };
    await window.click(shown);
    expect(await shown.getAttribute('aria-checked')).toBe('false');
    await expect.poll(() => tinted(slice(), LIVER)).toBeLessThan(before.liver / 20);
    expect(await tinted(slice(), KIDNEYS)).toBeGreaterThanOrEqual(before.kidneys * 0.9);
    await window.picture('5-liver-off');
    await window.click(shown);
  });

  it('shows where the prediction is wrong', async () => {
    await window.click(window.webview.getByRole('button', { name: /where the prediction is wrong/ }));
    await window.webview.getByRole('note', { name: 'Colours of the error map' }).waitFor();
    await expect
      .poll(async () => (await tinted(slice(), MISSED)) + (await tinted(slice(), ADDED)))
      .toBeGreaterThan(20);
    await window.picture('6-errors');
  });
});
