import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { viewerPage } from '../../extension/viewer/page.ts';
import type { SceneVolume, ToViewer, ViewerScene, ViewerStructure } from '../../src/contracts/viewer.ts';
import { applyAffine } from '../../src/volume/affine.ts';
import { fixture } from '../../src/volume/fixtures/goldens.ts';
import { encodeNifti } from '../../src/volume/formats/nifti-encode.ts';
import { parseNiftiHeader } from '../../src/volume/formats/nifti-header.ts';
import type { Affine, VoxelData, Zyx } from '../../src/volume/volume.ts';
import { launch, openPage, pageMissing } from './browser.ts';
import { THEMES } from './themes.ts';

const missing = pageMissing('viewer.js');

// Turned and slanted: x runs to the patient's posterior, and nothing along an axis of the scanner.
const SLANTED: Affine = [0.1, 1.95, 0.2, -40, -1.48, 0.15, 0.3, 55, -0.2, -0.35, 2.9, -60, 0, 0, 0, 1];
const SHAPE: Zyx = [30, 40, 50];

/** Voxels made of their places. */
function make<T extends VoxelData>(data: T, value: (x: number, y: number, z: number) => number): T {
  const [Z, Y, X] = SHAPE;
  for (let z = 0, i = 0; z < Z; z++) {
    for (let y = 0; y < Y; y++) for (let x = 0; x < X; x++) data[i++] = value(x, y, z);
  }
  return data;
}
const COUNT = SHAPE[0] * SHAPE[1] * SHAPE[2];
const nifti = (data: VoxelData, intent: 'label' | 'none' = 'none') =>
  gzipSync(encodeNifti('a.nii', { data, shape: SHAPE, affine: SLANTED }, { intent }));
const inBox = (low: number, high: number) => (x: number, y: number, z: number) =>
  x >= low && x < high && y >= 10 && y < 30 && z >= 10 && z < 20;

const scan = nifti(make(new Int16Array(COUNT), (x, y, z) => x + 50 * y + 100 * z));
const truth = nifti(
  make(new Uint8Array(COUNT), (x, y, z) => (inBox(10, 20)(x, y, z) ? 1 : inBox(25, 40)(x, y, z) ? 2 : 0)),
  'label',
);
const prediction = nifti(
  make(new Uint8Array(COUNT), (x, y, z) => (inBox(10, 20)(x, y, z) ? 1 : inBox(28, 42)(x, y, z) ? 2 : 0)),
  'label',
);
const structures: ViewerStructure[] = [
  { value: 1, name: 'liver', color: '#ff0000' },
  { value: 2, name: 'kidneys', color: '#00ff00' },
];

describe.skipIf(missing)(`the viewer ${missing}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Opens the page and shows a scene of these files. */
  async function show(files: Record<string, Buffer>, scene: ViewerScene, theme = THEMES.dark) {
    const { page, problems } = await openPage(browser, viewerPage, 'viewer', theme);
    await page.route('http://webview.test/files/**', route => {
      const bytes = files[new URL(route.request().url()).pathname.slice('/files/'.length)];
      return bytes ? route.fulfill({ body: bytes }) : route.fulfill({ status: 404 });
    });
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'ready'));
    await send(page, { type: 'scene', scene });
    return { page, problems };
  }
  const send = (page: Page, message: ToViewer) =>
    page.evaluate(sent => window.postMessage(sent, '*'), message);
  const volume = (name: string, more: Partial<SceneVolume> = {}): SceneVolume => ({
    id: name,
    name,
    file: `/data/${name}`,
    url: `/files/${name}`,
    ...more,
  });
  const one = (...volumes: SceneVolume[]): ViewerScene => ({
    title: 'p1',
    views: [{ title: 'p1', volumes }],
  });
  const compared = one(
    volume('scan.nii.gz', { role: 'image' }),
    volume('truth.nii.gz', { role: 'truth', structures }),
    volume('prediction.nii.gz', { role: 'prediction', structures }),
  );
  const files = { 'scan.nii.gz': scan, 'truth.nii.gz': truth, 'prediction.nii.gz': prediction };
  const status = async (page: Page) => (await page.locator('footer.status').textContent()) ?? '';
  /** Waits until the status says something. */
  const says = (page: Page, text: string) => page.locator('footer.status', { hasText: text }).waitFor();
  /** Pixels of a plane with exactly a colour. */
  const count = (page: Page, color: readonly [number, number, number], plane = 'axial') =>
    page.evaluate(
      ([name, r, g, b]) => {
        const canvas = document.querySelector<HTMLCanvasElement>(`canvas[data-plane=${name}]`)!;
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4)
          if (data[i] === r && data[i + 1] === g && data[i + 2] === b) found++;
        return found;
      },
      [plane, ...color] as const,
    );

  it('says the place, voxel and value under the crosshair, by the affine of a slanted grid', async () => {
    const { page, problems } = await show(files, one(volume('scan.nii.gz')));
    await says(page, 'Value');
    for (const key of ['PageUp', 'ArrowLeft', 'ArrowLeft', 'ArrowUp']) {
      await page.locator('canvas[data-plane=axial]').press(key);
    }
    await expect.poll(() => status(page)).not.toMatch(/Voxel 25, 20, 15/);
    const text = await status(page);
    const [x, y, z] = /Voxel (\d+), (\d+), (\d+)/.exec(text)!.slice(1).map(Number) as [
      number,
      number,
      number,
    ];
    expect([x, y, z]).not.toEqual([25, 20, 15]);
    const mm = applyAffine(SLANTED, [x, y, z]).map(entry => (entry + 0).toFixed(1));
    expect(text).toContain(`RAS ${mm.join(', ')} mm`);
    expect(text).toContain(`Value ${x + 50 * y + 100 * z}`);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('moves the crosshair to where one clicks, and zooms around the pointer', async () => {
    const { page } = await show(files, one(volume('scan.nii.gz')));
    await says(page, 'Value');
    const before = await status(page);
    const box = (await page.locator('canvas[data-plane=coronal]').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2 + 40, box.y + box.height / 2 - 30);
    await expect.poll(() => status(page)).not.toBe(before);
    const after = await status(page);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -200);
    await page.keyboard.up('Control');
    await page.mouse.click(box.x + box.width / 2 + 40, box.y + box.height / 2 - 30);
    await page.waitForTimeout(100);
    expect(await status(page)).toBe(after);
    await page.close();
  });

  it('switches structures without loading anything again', async () => {
    const { page, problems } = await show(files, compared);
    let requests = 0;
    await page.locator('.structure').nth(1).waitFor();
    page.on('request', () => requests++);
    await page.waitForFunction(() => document.querySelectorAll('.structure span.number').length === 4);
    requests = 0;
    const red: [number, number, number] = [255, 0, 0];
    await expect.poll(() => count(page, red)).toBeGreaterThan(50);
    await page.getByRole('switch', { name: 'liver is shown' }).click();
    await expect.poll(() => count(page, red)).toBe(0);
    await page.getByRole('button', { name: 'Show liver alone' }).click();
    await expect.poll(() => count(page, red)).toBeGreaterThan(50);
    await expect.poll(() => count(page, [0, 255, 0])).toBe(0);
    expect(requests).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('measures a prediction, maps its errors and goes to the largest', async () => {
    const { page, problems } = await show(files, compared);
    await page.waitForFunction(() => document.querySelectorAll('.structure span.number').length === 4);
    const numbers = await page.locator('.structure span.number').allInnerTexts();
    // 15 columns of kidneys were drawn, 14 predicted, 12 of them right.
    expect(numbers).toEqual(['1.000', '0.00', ((2 * 12) / 29).toFixed(3), numbers[3]]);
    await page.locator('.structure .name', { hasText: 'kidneys' }).click();
    await page.getByText('600 voxels missed, 400 added').waitFor();
    await page.getByText('Go to the largest error').click();
    const x = async () => Number(/Voxel (\d+)/.exec(await status(page))?.[1]);
    await expect.poll(async () => [25, 26, 27, 40, 41].includes(await x())).toBe(true);
    await page.getByRole('note', { name: 'Colours of the error map' }).waitFor();
    const anywhere = async (color: [number, number, number]) => {
      const planes = await Promise.all(
        ['axial', 'coronal', 'sagittal'].map(plane => count(page, color, plane)),
      );
      return planes.reduce((sum, found) => sum + found, 0);
    };
    await expect.poll(() => anywhere([255, 0, 0])).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('draws labels, undoes, and hands over a new file on the same grid', async () => {
    const { page } = await show(
      files,
      one(volume('scan.nii.gz'), volume('truth.nii.gz', { role: 'labels', structures })),
    );
    await page.locator('.structure .name', { hasText: 'kidneys' }).click();
    await page.getByRole('button', { name: 'Draw the selected structure' }).click();
    const box = (await page.locator('canvas[data-plane=axial]').boundingBox())!;
    const stroke = async (y: number) => {
      await page.mouse.move(box.x + box.width / 2 - 90, box.y + y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + 90, box.y + y, { steps: 4 });
      await page.mouse.up();
    };
    await stroke(box.height / 2);
    await stroke(box.height / 2 + 12);
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: 'Save the labels' }).click();
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'save'));
    const saved = await page.evaluate(() => {
      const { name, kind, bytes } = window.posted.find(({ type }) => type === 'save')!;
      return { name, kind, bytes: [...(bytes as Uint8Array)] };
    });
    expect([saved.name, saved.kind]).toEqual(['/data/truth_edited.nii.gz', 'labels']);
    const plain = gunzipSync(Uint8Array.from(saved.bytes));
    const { header, intent } = parseNiftiHeader('a', plain, true);
    expect([header.dtype, header.shape, intent]).toEqual(['uint8', SHAPE, 1002]);
    for (const [i, entry] of SLANTED.entries()) expect(header.affine[i]).toBeCloseTo(entry, 5);
    const original = gunzipSync(truth).subarray(352);
    const changed = plain.subarray(352).filter((label, i) => label !== original[i]);
    expect(changed.length).toBeGreaterThan(5);
    expect([...new Set(changed)]).toEqual([2]);
    await page.close();
  });

  /** Draws a line through the middle of the axial plane. */
  async function draw(page: Page) {
    const box = (await page.locator('canvas[data-plane=axial]').boundingBox())!;
    await page.mouse.move(box.x + box.width / 2 - 90, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 90, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
  }
  const posted = (page: Page, type: string) =>
    page.evaluate(wanted => window.posted.filter(message => message.type === wanted), type);

  it('draws into a copy of a prediction, says so, and measures the prediction all the same', async () => {
    const { page, problems } = await show(files, compared);
    await page.waitForFunction(() => document.querySelectorAll('.structure span.number').length === 4);
    const numbers = await page.locator('.structure span.number').allInnerTexts();
    await page.locator('.structure .name', { hasText: 'liver' }).click();
    await page.getByRole('button', { name: 'Draw the selected structure' }).click();
    await says(page, 'Drawing: liver into prediction.nii.gz (edited)');
    await draw(page);
    await page.locator('.volumes li').nth(3).waitFor();
    expect(await page.getByRole('button', { name: 'Show prediction.nii.gz', exact: true }).count()).toBe(1);
    await page.waitForTimeout(700);
    expect(await page.locator('.structure span.number').allInnerTexts()).toEqual(numbers);
    // Only where the user says that the drawing is the prediction, it is measured, and marked.
    expect(await page.locator('small.edited').count()).toBe(0);
    await page.getByLabel('What prediction.nii.gz (edited) is').selectOption('prediction');
    await page.locator('small.edited', { hasText: 'prediction.nii.gz (edited)' }).waitFor();
    await page.waitForFunction(
      ([before]) => document.querySelector('.structure span.number')?.textContent !== before,
      numbers,
    );
    await page.getByRole('button', { name: 'Erase labels' }).click();
    await says(page, 'Erasing: all labels of prediction.nii.gz (edited)');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('hands over what is drawn to be kept, takes it up again, and asks before it gives it up', async () => {
    const { page } = await show(files, compared);
    await page.waitForFunction(() => document.querySelectorAll('.structure span.number').length === 4);
    await page.getByRole('button', { name: 'Draw the selected structure' }).click();
    await draw(page);
    await page.waitForFunction(() => window.posted.some(({ type }) => type === 'drawn'));
    const kept = await page.evaluate(() => {
      const { drawing, bytes } = window.posted.find(({ type }) => type === 'drawn')!;
      return { drawing: drawing as Record<string, unknown>, bytes: [...(bytes as Uint8Array)] };
    });
    expect(kept.drawing).toMatchObject({
      name: 'prediction.nii.gz (edited)',
      of: '/data/prediction.nii.gz',
      over: '/data/scan.nii.gz',
      structures,
    });
    await page.close();

    const again = await show({ ...files, 'kept.nii.gz': Buffer.from(kept.bytes) }, compared);
    const { id, name } = kept.drawing as { id: string; name: string };
    const drawing = { of: '/data/prediction.nii.gz' };
    const restored = volume('kept.nii.gz', { id, name, role: 'labels', structures, drawing });
    await again.page.getByRole('button', { name: 'Hide prediction.nii.gz' }).waitFor();
    await send(again.page, { type: 'overlay', volume: restored });
    await again.page.getByTitle('Edited and not saved').waitFor();
    await again.page.getByRole('button', { name: 'Show prediction.nii.gz', exact: true }).waitFor();
    await again.page.getByRole('button', { name: `Remove ${name}` }).click();
    expect(await posted(again.page, 'discard')).toEqual([{ type: 'discard', id, name }]);
    expect(await again.page.getByRole('button', { name: `Remove ${name}` }).count()).toBe(1);
    await send(again.page, { type: 'discarded', id });
    await again.page.getByRole('button', { name: 'Hide prediction.nii.gz' }).waitFor();
    expect(await again.page.getByRole('button', { name: `Remove ${name}` }).count()).toBe(0);
    await again.page.close();
  });

  it('goes through the subjects of a run by a metric', async () => {
    const list = [0.9, 0.4, null].map((dice, i) => ({ id: `p${i + 1}`, values: { Dice: dice } }));
    const subjects = { run: '/runs/r', current: 'p1', metrics: ['Dice'], subjects: list };
    const { page } = await show(files, { ...compared, subjects });
    await page.getByText('2 of 3').waitFor();
    await page.getByRole('button', { name: 'Previous subject' }).click();
    const asked = await page.evaluate(() => window.posted.filter(({ type }) => type === 'showSubject'));
    expect(asked).toEqual([{ type: 'showSubject', id: 'p2' }]);
    await page.close();
  });

  it('stays quick with 2,000 labels', async () => {
    const labels = nifti(
      make(new Uint16Array(COUNT), (x, y) => 1 + x + 50 * y),
      'label',
    );
    const { page } = await show(
      { 'scan.nii.gz': scan, 'atlas.nii.gz': labels },
      one(volume('scan.nii.gz'), volume('atlas.nii.gz')),
    );
    await page.getByText('Label 1', { exact: true }).waitFor();
    expect(await page.locator('.structures h2 small').textContent()).toBe('2000');
    expect(await page.locator('.structure').count()).toBeLessThan(100);
    await page.getByRole('searchbox').fill('1999');
    await page.getByText('Label 1999', { exact: true }).waitFor();
    expect(await page.locator('.structure').count()).toBe(1);
    await page.close();
  });

  it('shows the components of a 4D volume', async () => {
    const { page } = await show(
      { 'c.nii.gz': readFileSync(fixture('components.nii.gz')) },
      one(volume('c.nii.gz')),
    );
    await page.getByText('Component 1 of 3').waitFor();
    const first = await status(page);
    await page.getByRole('slider').first().fill('1');
    await page.getByText('Component 2 of 3').waitFor();
    expect(await status(page)).not.toBe(first);
    await page.close();
  });

  it('warns of what is not as it looks: no numbers, and labels that lie elsewhere', async () => {
    const empty = nifti(make(new Float32Array(COUNT), () => Number.NaN));
    const { page } = await show({ 'nan.nii.gz': empty }, one(volume('nan.nii.gz')));
    await page.locator('.warnings', { hasText: 'nan.nii.gz has no value that is a number' }).waitFor();
    expect(await page.getByLabel('What nan.nii.gz is').inputValue()).toBe('image');
    await page.close();
    const affine = SLANTED.map((entry, i) => (i === 3 ? 900 : entry)) as unknown as Affine;
    const far = gzipSync(
      encodeNifti(
        'a.nii',
        { data: new Uint8Array(COUNT).fill(1), shape: SHAPE, affine },
        { intent: 'label' },
      ),
    );
    const other = await show(
      { ...files, 'far.nii.gz': far },
      one(volume('scan.nii.gz'), volume('far.nii.gz', { role: 'labels', structures })),
    );
    await other.page
      .locator('.warnings', { hasText: 'far.nii.gz lies elsewhere than scan.nii.gz' })
      .waitFor();
    const text = await status(other.page);
    expect(text).toMatch(/scan\.nii\.gz \d+far\.nii\.gz outside/);
    await other.page.close();
  });

  it('shows soft tissue of computed tomography, and CT windows of nothing else', async () => {
    const ct = nifti(make(new Int16Array(COUNT), x => -1024 + 50 * x));
    const { page } = await show({ 'ct.nii.gz': ct, 'mr.nii.gz': scan }, one(volume('ct.nii.gz')));
    const field = (name: string) => page.getByLabel(name, { exact: false }).inputValue();
    await page.getByRole('option', { name: 'Lung' }).waitFor({ state: 'attached' });
    expect([await field('Level, the middle'), await field('Width of the window')]).toEqual(['40', '400']);
    expect([await field('Value shown black'), await field('Value shown white')]).toEqual(['-160', '240']);
    await page.getByLabel('Width of the window').fill('100');
    await page.getByLabel('Width of the window').press('Enter');
    expect([await field('Value shown black'), await field('Value shown white')]).toEqual(['-10', '90']);
    await page.close();
    const other = await show({ 'mr.nii.gz': scan }, one(volume('mr.nii.gz')));
    await other.page.getByLabel('Level, the middle').waitFor();
    expect(await other.page.getByRole('option', { name: 'Lung' }).count()).toBe(0);
    await other.page.close();
  });

  it('begins on a structure, and does not move anything when a brush is chosen', async () => {
    const { page } = await show(
      files,
      one(volume('scan.nii.gz'), volume('truth.nii.gz', { role: 'labels', structures })),
    );
    await says(page, 'kidneys (2)');
    const place = () => page.locator('canvas[data-plane=axial]').boundingBox();
    const before = await place();
    await page.getByRole('button', { name: 'Draw the selected structure' }).click();
    await page.getByRole('toolbar', { name: 'Brush' }).waitFor();
    expect(await place()).toEqual(before);
    await page.getByRole('button', { name: 'L/R: radiological' }).click();
    await page.getByRole('button', { name: 'L/R: neurological' }).waitFor();
    await page.close();
  });

  it('explains what it cannot show, and shows what there is of a volume that was cut off', async () => {
    const cases: [Buffer, RegExp][] = [
      [Buffer.from('no volume'), /not a NIfTI file/],
      [gzipSync(promisingTerabytes()), /promises .* GiB/],
    ];
    for (const [bytes, message] of cases) {
      const { page } = await show({ 'bad.nii.gz': bytes }, one(volume('bad.nii.gz')));
      const alert = page.locator('.instead[role=alert]');
      await alert.waitFor();
      expect(await alert.textContent()).toMatch(message);
      await page.close();
    }
    const plain = gunzipSync(scan);
    const { page } = await show({ 'cut.nii': plain.subarray(0, plain.length * 0.8) }, one(volume('cut.nii')));
    await page
      .locator('p.fault', { hasText: 'Copy or export it again' })
      .or(page.locator('p.fault', { hasText: 'copy or export it again' }))
      .first()
      .waitFor();
    expect(await status(page)).toContain(`Value ${25 + 50 * 20 + 100 * 15}`);
    await page.locator('.warnings', { hasText: 'Only 79 % of cut.nii was read' }).waitFor();
    // The window is that of what came, 30 × 0.8 slices, and not that of zeros behind it.
    const white = page.getByLabel('Value shown white');
    expect(Number(await white.inputValue())).toBeGreaterThan(4000);
    for (let slice = 0; slice < 12; slice++) await page.locator('canvas[data-plane=axial]').press('PageUp');
    await says(page, 'Value not read');
    await expect.poll(() => count(page, [0, 0, 0])).toBeGreaterThan(1000);
    await send(page, { type: 'fault', message: 'the folder holds 2 DICOM series', remedy: 'Choose one.' });
    await page.getByText('The folder holds 2 DICOM series. Choose one.').waitFor();
    await page.close();
  });
});

function promisingTerabytes(): Buffer {
  const bytes = Buffer.from(gunzipSync(scan).subarray(0, 1000));
  for (const at of [42, 44, 46]) bytes.writeInt16LE(32_000, at);
  return bytes;
}
