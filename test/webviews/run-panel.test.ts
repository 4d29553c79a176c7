import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPanelPage } from '../../extension/run-panel/page.ts';
import type { Profile } from '../../src/contracts/profile.ts';
import type { PanelRun, ToRunPanel } from '../../src/contracts/run-panel.ts';
import { applyTheme, launch, openPage, pageMissing } from './browser.ts';
import { syntheticEvents } from './synthetic-run.ts';
import { type PageTheme, THEMES } from './themes.ts';

const missing = pageMissing('run.js');
const CHUNK = 4 * 2 ** 20;

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

const PROFILE: Profile = {
  steps: 10,
  stepMilliseconds: 68.5,
  waitingForData: 0.01,
  nodes: [
    { setting: 'architecture', part: 'decoder/0', forward: 2, backward: 4 },
    { setting: 'architecture', part: 'encoder/0', forward: 1, backward: 2 },
    { setting: 'optimizer', forward: 3, backward: 0 },
  ],
  operations: [
    { name: 'Conv3D', count: 13, milliseconds: 8 },
    { name: 'Mul', count: 20, milliseconds: 2 },
  ],
};

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

  /** Shows a run with these events, whole. */
  const show = async (page: Page, run: PanelRun, text: string) => {
    const { folder } = run;
    await send(page, { type: 'run', run });
    await sendEvents(page, folder, 0, text);
    await send(page, { type: 'caughtUp', folder });
  };
  const posted = (page: Page, type: string) =>
    page.evaluate(wanted => window.posted.filter(message => message.type === wanted), type);
  /** How many pixels of a chart's canvas have about a colour. */
  const pixels = (page: Page, chart: string, colour: string) =>
    page.locator(`section[aria-label="${chart}"] canvas`).evaluate(countPixels, colour);

  it('shows curves, marks and state of a run, and the values under the pointer in every chart', async () => {
    const { page, problems } = await open();
    const best = { epoch: 20, metric: 'validation/Dice/AverageAcrossStructures', value: 0.8799 };
    await show(page, panelRun('/runs/quickstart', { best }), syntheticEvents(quickstart));
    await page.getByRole('heading', { name: 'quickstart' }).waitFor();
    const facts = await page.locator('.facts dd').allTextContents();
    expect(facts).toEqual(['30 of 30', '3:22', '0.8799 after epoch 20']);
    await page.locator('section[aria-label="Dice · validation"] canvas').waitFor();
    await expect.poll(() => pixels(page, 'Loss', '#3794ff')).toBeGreaterThan(500);
    const last = await page.locator('.legend output').allTextContents();
    const box = (await page.locator('.u-over').first().boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 60);
    await page.locator('.readout', { hasText: 'step 420' }).waitFor();
    const changed = async () => {
      const there = await page.locator('.legend output').allTextContents();
      expect(there).toHaveLength(last.length);
      return there.filter((text, index) => text !== last[index]).length;
    };
    await expect.poll(changed, { timeout: 60_000 }).toBeGreaterThan(5);
    await page.locator('section[aria-label="Memory"]').scrollIntoViewIfNeeded();
    // Charts are drawn once they have been seen, and scrolling may have taken the pointer off its chart.
    const seen = (await page.locator('section[aria-label="Memory"] .u-over').boundingBox())!;
    await page.mouse.move(seen.x + seen.width / 2, seen.y + seen.height / 2);
    const charts = await page.locator('.chart').count();
    const lines = page.locator('.cursor-line:not([hidden])');
    await expect.poll(() => lines.count(), { timeout: 60_000 }).toBe(charts);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says that a run is gone, and offers nothing that needs it', async () => {
    const { page } = await open();
    const folder = '/runs/quickstart';
    await show(page, panelRun(folder), syntheticEvents({ ...quickstart, epochs: 2 }));
    const report = page.getByRole('button', { name: 'Report' });
    expect(await report.isEnabled()).toBe(true);
    await send(page, { type: 'fault', folder, message: 'This run’s folder is gone.', gone: true });
    await page.getByRole('alert').filter({ hasText: 'This run’s folder is gone.' }).waitFor();
    expect(await report.isEnabled()).toBe(false);
    await send(page, { type: 'run', run: panelRun(folder) });
    await page.getByRole('alert').waitFor({ state: 'detached' });
    expect(await report.isEnabled()).toBe(true);
    await page.close();
  });

  it('counts only checkpoints that are on disk, and takes scores by the names that the run gives', async () => {
    const { page } = await open();
    const results = { 'test/AreaUnderCurve': 0.81234 };
    const run = panelRun('/runs/scores', { results, checkpoints: [] });
    const events = syntheticEvents({ ...quickstart, epochs: 12 });
    await show(page, run, events);
    await page.locator('.facts', { hasText: 'Test AreaUnderCurve0.8123' }).waitFor();
    await page.getByRole('tab', { name: 'Epochs' }).click();
    await page.getByText('★ best').waitFor();
    expect(await page.getByText('on disk', { exact: true }).count()).toBe(0);
    await send(page, { type: 'run', run: { ...run, checkpoints: ['checkpoints/last.safetensors'] } });
    await page.getByText('on disk', { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: 'Log' }).click();
    await page.getByRole('button', { name: 'Output of the backend' }).click();
    await page.getByText('No messages yet.').waitFor();
    await page.close();
  });

  it('draws structures in the colours of the configuration', async () => {
    const { page } = await open();
    const structure = (index: number, name: string, color: string) => [
      { path: `dataset.structures[${index}].name`, value: name },
      { path: `dataset.structures[${index}].color`, value: color },
    ];
    const settings = [...structure(0, 'liver', '#00ffff'), ...structure(1, 'kidneys', '#ff00ff')];
    await show(page, panelRun('/runs/colours', { settings }), syntheticEvents(quickstart));
    await page.locator('section[aria-label="Dice · validation"] canvas').waitFor();
    for (const colour of ['#00ffff', '#ff00ff'])
      await expect.poll(() => pixels(page, 'Dice · validation', colour)).toBeGreaterThan(100);
    await page.close();
  });

  it('tells curves, sliders and what is chosen apart in a theme of high contrast that has few colours', async () => {
    const bare = Object.entries(THEMES.contrast!.variables).filter(([name]) => !name.startsWith('charts-'));
    const { page } = await open({ ...THEMES.contrast!, variables: Object.fromEntries(bare) });
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    const swatches = page.locator('section[aria-label="Dice · validation"] .legend [stroke]');
    const colours = await swatches.evaluateAll(lines => lines.map(line => line.getAttribute('stroke')));
    expect(new Set(colours).size).toBe(3);
    const styles = (selector: string) =>
      page.locator(selector).evaluateAll(found =>
        found.map(element => {
          const { outlineStyle, accentColor } = getComputedStyle(element);
          return { outlineStyle, accentColor };
        }),
      );
    expect((await styles('.segments button')).map(({ outlineStyle }) => outlineStyle)).toEqual([
      'solid',
      'none',
      'none',
    ]);
    expect((await styles('input[type=range]'))[0]!.accentColor).toBe('rgb(243, 133, 24)');
    await page.close();
  });

  it('zooms to what is drawn with the pointer, in all charts, and back', async () => {
    const { page } = await open();
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    const over = page.locator('.u-over').first();
    const box = (await over.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.25, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 50, { steps: 5 });
    await page.mouse.up();
    const all = page.getByRole('button', { name: 'Show all' });
    await all.waitFor();
    await page.mouse.move(box.x + box.width - 1, box.y + 50);
    await page.locator('.readout', { hasText: /step 4[12]\d/ }).waitFor();
    await all.click();
    await page.mouse.move(box.x + box.width - 1, box.y + 50);
    await page.locator('.readout', { hasText: /step 8[34]\d/ }).waitFor();
    await page.close();
  });

  it('can be read and moved with the keyboard', async () => {
    const { page } = await open();
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    await page.getByRole('application').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('.readout', { hasText: 'step 428' }).waitFor();
    await page.keyboard.press('+');
    await page.getByRole('button', { name: 'Show all' }).waitFor();
    await page.keyboard.press('0');
    await page.getByRole('button', { name: 'Show all' }).waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Curves' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name: 'Epochs', selected: true }).waitFor();
    await page.close();
  });

  it('lays runs over each other, each in its colour, and switches them off', async () => {
    const { page } = await open();
    await show(page, panelRun('/runs/one'), syntheticEvents(quickstart));
    await show(page, panelRun('/runs/two'), syntheticEvents({ ...quickstart, seed: 2, pace: 0.4 }));
    const second = page.getByRole('checkbox', { name: 'Curves of two' });
    await second.waitFor();
    const [blue, orange] = ['#3794ff', '#d18616'];
    await expect.poll(() => pixels(page, 'Dice · validation', blue)).toBeGreaterThan(200);
    await expect.poll(() => pixels(page, 'Dice · validation', orange)).toBeGreaterThan(200);
    await second.uncheck({ force: true });
    // Of a single run every structure is shown.
    await page.getByTitle('Hide liver').first().waitFor();
    await page.getByRole('button', { name: 'Remove one from the panel' }).click();
    expect(await posted(page, 'removeRun')).toEqual([{ type: 'removeRun', folder: '/runs/one' }]);
    await send(page, { type: 'removed', folder: '/runs/one' });
    await page.getByRole('heading', { name: 'two' }).waitFor();
    await page.close();
  });

  it('leads from an epoch to its predicted volume, from a setting to its line, and saves charts', async () => {
    const { page, problems } = await open();
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    const loss = page.locator('section[aria-label="Loss"] select');
    for (const kind of ['csv', 'svg', 'png']) await loss.selectOption(kind);
    await page.waitForFunction(() => window.posted.filter(({ type }) => type === 'save').length === 3);
    const saved = await page.evaluate(() =>
      window.posted
        .filter(({ type }) => type === 'save')
        .map(({ name, bytes }) => [
          name,
          [...(bytes as Uint8Array).subarray(0, 8)],
          (bytes as Uint8Array).length,
        ]),
    );
    const names = saved.map(([name]) => name);
    expect(names).toEqual(['csv', 'svg', 'png'].map(kind => `quickstart-loss.${kind}`));
    // The signature of PNG files.
    expect(saved[2]![1]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    await page.getByRole('tab', { name: 'Epochs' }).click();
    await page.getByTitle('Open what was predicted for 014 after epoch 30', { exact: true }).click();
    const [image] = await posted(page, 'openImage');
    expect(image).toMatchObject({
      folder: '/runs/quickstart',
      path: 'validation/epoch_030/014/segmentation.nii.gz',
    });
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('searchbox').fill('rate');
    await page.getByTitle('Go to optimizer.learning_rate in the configuration').click();
    expect(await posted(page, 'openSetting')).toEqual([
      { type: 'openSetting', folder: '/runs/quickstart', path: 'optimizer.learning_rate' },
    ]);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('shows where the time of a step goes, by node and by operation, and leads to the node', async () => {
    const { page, problems } = await open(THEMES.contrast);
    const folder = '/runs/quickstart';
    await show(page, panelRun(folder), syntheticEvents({ ...quickstart, epochs: 2 }));
    await page.getByRole('tab', { name: 'Epochs' }).click();
    await page.keyboard.press('ArrowRight');
    await page.getByText('innereye train quickstart.innereye.yaml --profile').waitFor();
    await send(page, { type: 'profile', folder, profile: { ...PROFILE, waitingForData: 0.25 } });
    await page.getByText('The loader threads are the bottleneck').waitFor();
    await send(page, { type: 'profile', folder, profile: PROFILE });
    await page.getByRole('heading', { name: 'The engine is the bottleneck' }).waitFor();
    const nodes = page.getByRole('table', { name: 'By the configuration' });
    expect((await nodes.getByRole('row').allTextContents()).slice(1, 4)).toEqual([
      'architecture3.06.075.0%',
      'architecture decoder/02.04.050.0%',
      'architecture encoder/01.02.025.0%',
    ]);
    const operations = page.getByRole('table', { name: 'By operation' });
    expect(await operations.getByRole('row', { name: 'Conv3D' }).getByRole('cell').allTextContents()).toEqual(
      ['13', '8.0', '80.0%'],
    );
    const [widest] = await nodes
      .locator('.times')
      .evaluateAll(bars =>
        bars.map(bar => [...bar.children].map(part => part.getBoundingClientRect().width / bar.clientWidth)),
      );
    expect(widest![0]).toBeCloseTo(1 / 3, 1);
    expect(widest![1]).toBeCloseTo(2 / 3, 1);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Where the time of a step goes',
    );
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await posted(page, 'openSetting')).toEqual([
      { type: 'openSetting', folder, path: 'architecture' },
    ]);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('says what is broken, what it does not know, and why a run failed', async () => {
    const { page } = await open();
    const end = [
      '{"cut off',
      '{"sequence":1,"time":"2026-03-01T10:00:00Z","type":"hologram"}',
      '{"sequence":2,"time":"2026-03-01T10:00:00Z","type":"error","message":"the disk is full","remedy":"Free some space."}',
      '{"sequence":3,"time":"2026-03-01T10:00:00Z","type":"finished","status":"failed"}',
      '{"half a line',
    ];
    const run = panelRun('/runs/quickstart', { status: 'failed' });
    await show(page, run, syntheticEvents({ ...quickstart, done: 3 }) + end.join('\n'));
    await page.getByRole('alert').filter({ hasText: 'the disk is full Free some space.' }).waitFor();
    const notices = await page.locator('.notice').allTextContents();
    expect(notices.join('\n')).toContain('A line of events.ndjson could not be read');
    expect(notices.join('\n')).toContain('hologram (1)');
    await send(page, { type: 'fault', folder: run.folder, message: 'it is gone', remedy: 'Restore it.' });
    await page.getByRole('alert').filter({ hasText: 'it is gone' }).waitFor();
    await page.close();
  });

  it('explains an empty panel, a run before its first step, and shows what is prepared', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Choose a run…' }).click();
    expect(await posted(page, 'addRun')).toHaveLength(1);
    const preparing =
      '{"sequence":0,"time":"2026-03-01T10:00:00Z","type":"progress","phase":"preparing training subjects","done":7,"total":28}\n';
    await show(page, panelRun('/runs/new', { status: 'running' }), preparing);
    await page.getByText('Curves begin with the first step.').waitFor();
    const bar = page.getByRole('progressbar', { name: 'Preparing training subjects: 7 of 28' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('25');
    await page.close();
  });

  it('takes the colours of a theme that is changed while it is open', async () => {
    const { page } = await open(THEMES.dark);
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    const drawn = (theme: PageTheme) => () => pixels(page, 'Learning rate', theme.variables['charts-blue']!);
    await expect.poll(drawn(THEMES.dark)).toBeGreaterThan(100);
    expect(await drawn(THEMES.light)()).toBe(0);
    await page.evaluate(applyTheme, THEMES.light);
    await expect.poll(drawn(THEMES.light)).toBeGreaterThan(100);
    await page.close();
  });

  it('goes on as it was left when the page is loaded again', async () => {
    const { page } = await open();
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    await page.getByRole('button', { name: 'Epoch', exact: true }).click();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Settings', selected: true }).waitFor();
    await page.reload();
    await show(page, panelRun('/runs/quickstart'), syntheticEvents(quickstart));
    await page.getByRole('tab', { name: 'Settings', selected: true }).click();
    await page.getByRole('tab', { name: 'Curves' }).click();
    expect(await page.getByRole('button', { name: 'Epoch', exact: true }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    await page.close();
  });

  it('opens a run with a million metric points and pans it, when measured within 2 s and at 30 frames a second', async () => {
    const text = syntheticEvents({
      epochs: 250,
      stepsPerEpoch: 1000,
      structures: ['liver'],
      seed: 5,
      millisecondsPerStep: 50,
    });
    const times: number[] = [];
    const rates: number[] = [];
    // Other programs can only make it slower: the best of up to three tries counts.
    const enough = () => !MEASURED || (Math.min(...times) < 2000 && Math.max(...rates) >= 30);
    while (times.length === 0 || (times.length < 3 && !enough())) {
      const { page, problems } = await open();
      await keepChunks(page, text);
      times.push(await page.evaluate(openKept, panelRun('/runs/long')));
      rates.push(await page.evaluate(panFor, 2000));
      expect(problems).toEqual([]);
      await page.close();
    }
    console.info(
      `a million points (${(text.length / 1e6).toFixed(0)} MB): open after ${times.map(Math.round).join(', ')} ms, ${rates.map(Math.round).join(', ')} frames a second`,
    );
    expect(Math.min(...times)).toBeLessThan(MEASURED ? 2000 : 20_000);
    expect(Math.max(...rates)).toBeGreaterThanOrEqual(MEASURED ? 30 : 1);
  }, 180_000);

  it('answers while its events grow by 10,000 lines a second, when measured within a quarter of a second', async () => {
    const { page } = await open();
    const text = syntheticEvents({ epochs: 60, stepsPerEpoch: 1000, structures: ['liver'], seed: 5 });
    await send(page, { type: 'run', run: panelRun('/runs/fast', { status: 'running' }) });
    await send(page, { type: 'caughtUp', folder: '/runs/fast' });
    const lines = text.split('\n');
    let offset = 0;
    const delays: number[] = [];
    for (let first = 0; first < 50_000; first += 1000) {
      const began = performance.now();
      const part = `${lines.slice(first, first + 1000).join('\n')}\n`;
      await sendEvents(page, '/runs/fast', offset, part);
      offset += part.length;
      delays.push(await page.evaluate(frameDelay));
      await page.waitForTimeout(Math.max(0, 100 - (performance.now() - began)));
    }
    delays.sort((a, b) => a - b);
    console.info(
      `50,000 lines: half of the frames after ${delays[25]!.toFixed(0)} ms, the slowest ${delays[49]!.toFixed(0)} ms`,
    );
    expect(delays[45]!).toBeLessThan(MEASURED ? 250 : 5000);
    await page.locator('.facts', { hasText: /(49|50) of 60/ }).waitFor();
    await page.close();
  });
});

/** Speed is measured by `npm run bench:run-panel`, alone; among other tests nothing may freeze. */
const MEASURED = process.env.INNEREYE_MEASURE === '1';

const send = (page: Page, message: ToRunPanel) =>
  page.evaluate(sent => window.postMessage(sent, '*'), message as never);

const sendEvents = (page: Page, folder: string, offset: number, text: string) =>
  page.evaluate(
    sent => window.postMessage({ ...sent, type: 'events', bytes: new TextEncoder().encode(sent.text) }, '*'),
    { folder, offset, text },
  );

/** Milliseconds until a frame was drawn. */
async function frameDelay(): Promise<number> {
  const began = performance.now();
  await new Promise(requestAnimationFrame);
  return performance.now() - began;
}

/** Pixels whose colour is nearer to the wanted one than shades of grey are. */
function countPixels(canvas: Element, colour: string): number {
  const { width, height } = canvas as HTMLCanvasElement;
  const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
  const wanted = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16));
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    const near = wanted.every((part, channel) => Math.abs(data[at + channel]! - part) < 12);
    if (near && data[at + 3]! > 128) count++;
  }
  return count;
}

/** Puts the stream into the page in the chunks that the extension sends, without showing it yet. */
async function keepChunks(page: Page, text: string): Promise<void> {
  await page.evaluate(() => Object.assign(window, { chunks: [] }));
  for (let offset = 0; offset < text.length; offset += CHUNK) {
    await page.evaluate(
      chunk => {
        (window as unknown as { chunks: Uint8Array[] }).chunks.push(new TextEncoder().encode(chunk));
      },
      text.slice(offset, offset + CHUNK),
    );
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
