import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPanelPage } from '../../extension/run-panel/page.ts';
import type { PanelRun, ToRunPanel } from '../../src/contracts/run-panel.ts';
import { applyTheme, launch, openPage, pageMissing } from './browser.ts';
import { syntheticEvents } from './synthetic-run.ts';
import { THEMES } from './themes.ts';

const missing = pageMissing('run.js');
const CHUNK = 4 * 2 ** 20;
const encoder = new TextEncoder();

const quickstart = {
  epochs: 30,
  stepsPerEpoch: 28,
  structures: ['liver', 'kidneys'],
  seed: 1,
};
const SETTINGS = [
  { path: 'training.epochs', value: '30' },
  { path: 'training.batch_size', value: '2' },
  { path: 'optimizer.learning_rate', value: '0.005' },
];

function panelRun(folder: string, changes: Partial<PanelRun> = {}): PanelRun {
  const name = folder.split('/').at(-1)!;
  return {
    folder,
    name,
    status: 'completed',
    startedAt: '2026-03-01T09:00:00Z',
    configuration: `${name}.innereye.yaml`,
    settings: SETTINGS,
    ...changes,
  };
}

describe.skipIf(missing)(`the run panel ${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (theme = THEMES.dark) => {
    const { page, problems } = await openPage(browser, runPanelPage, 'run', theme);
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
    return { page, problems };
  };

  it('opens a run with a million metric points within 2 s and pans at 30 frames a second or more', async () => {
    const { page, problems } = await open();
    const text = syntheticEvents({
      epochs: 250,
      stepsPerEpoch: 1000,
      structures: ['liver'],
      seed: 5,
      millisecondsPerStep: 50,
    });
    await keepChunks(page, text);
    const opened = await page.evaluate(openKept, panelRun('/runs/long'));
    const frames = await page.evaluate(panFor, 3000);
    console.info(
      `a million points (${(text.length / 1e6).toFixed(0)} MB): open after ${Math.round(opened)} ms, ${frames.toFixed(0)} frames a second`,
    );
    expect(problems).toEqual([]);
    expect(opened).toBeLessThan(2000);
    expect(frames).toBeGreaterThanOrEqual(30);
    await page.close();
  }, 120_000);
});

/** Puts the stream into the page in the chunks that the extension sends, without showing it yet. */
async function keepChunks(page: Page, text: string): Promise<void> {
  const bytes = encoder.encode(text);
  await page.evaluate(() => Object.assign(window, { chunks: [] }));
  for (let offset = 0; offset < bytes.length; offset += CHUNK) {
    const chunk = Buffer.from(bytes.subarray(offset, offset + CHUNK)).toString('base64');
    await page.evaluate(text => {
      const bytes = Uint8Array.from(atob(text), sign => sign.charCodeAt(0));
      (window as unknown as { chunks: Uint8Array[] }).chunks.push(bytes);
    }, chunk);
  }
}

/** Sends the chunks ten a second and resolves, once their curves were painted, to the milliseconds that it took. */
async function openKept(run: PanelRun): Promise<number> {
  const { chunks } = window as unknown as { chunks: Uint8Array[] };
  const post = (message: ToRunPanel) => window.postMessage(message, '*');
  const began = performance.now();
  post({ type: 'run', run });
  let offset = 0;
  for (const [index, bytes] of chunks.entries()) {
    await new Promise(done => setTimeout(done, Math.max(0, began + index * 100 - performance.now())));
    post({ type: 'events', folder: run.folder, offset, bytes });
    offset += bytes.length;
  }
  post({ type: 'caughtUp', folder: run.folder });
  // The messages are taken in their order; two frames after the last its curves are painted.
  await new Promise(done => {
    const last = (event: MessageEvent) => {
      if (event.data?.type !== 'mark') return;
      window.removeEventListener('message', last);
      requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)));
    };
    window.addEventListener('message', last);
    window.postMessage({ type: 'mark' }, '*');
  });
  return performance.now() - began;
}

/** Zooms in on a third, moves it to and fro at every frame, and resolves to the frames a second. */
async function panFor(milliseconds: number): Promise<number> {
  const over = document.querySelector<HTMLElement>('.u-over')!;
  const { left, top, width } = over.getBoundingClientRect();
  const wheel = (options: WheelEventInit) =>
    over.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, ...options }));
  for (let time = 0; time < 4; time++) {
    wheel({ ctrlKey: true, deltaY: -100, clientX: left + width / 2, clientY: top + 50 });
  }
  const began = performance.now();
  let frames = 0;
  while (performance.now() - began < milliseconds) {
    wheel({ deltaX: Math.floor(frames / 30) % 2 === 0 ? 8 : -8 });
    await new Promise(requestAnimationFrame);
    frames++;
  }
  return (frames / (performance.now() - began)) * 1000;
}
