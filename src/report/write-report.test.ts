import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../contracts/run.ts';
import { evaluateSegmentation } from '../evaluation/evaluate-segmentation.ts';
import { formatExtendedMetrics } from '../evaluation/metrics-table.ts';
import type { MetricsRow } from '../evaluation/structure-metrics.ts';
import { boxPlotFile } from './box-plot-file.ts';
import { curvesOf, loadReportData } from './load-report-data.ts';
import type { ReportData } from './report-data.ts';
import { writeThumbnails } from './thumbnails.ts';
import { renderReport, writeReport } from './write-report.ts';

const manifest: Manifest = {
  id: '2026-11-23T190506Z_test',
  name: '<b>Liver</b> & "co"',
  task: 'segmentation',
  status: 'completed',
  startedAt: '2026-11-23T19:05:06.000Z',
  finishedAt: '2026-11-23T20:31:40.000Z',
  process: { pid: 1, host: 'here' },
  seed: 42,
  configuration: { file: 'liver.innereye.yaml', hash: 'abc', overrides: ['training.epochs=3'] },
  innereye: '0.1.0',
  node: 'v20.20.2',
  tags: {},
  results: {},
};
const subject = (patient: string, prediction: number[]): MetricsRow[] =>
  evaluateSegmentation({
    patient,
    prediction: Uint8Array.from(prediction),
    truth: Uint8Array.from([0, 1, 1, 1, 0, 0, 0, 2]),
    shape: [2, 2, 2],
    spacing: [1, 1, 1],
    structures: ['liver', 'spleen<script>'],
  });
const rows = [subject('1', [0, 1, 1, 1, 0, 0, 0, 2]), subject('2', [0, 1, 1, 0, 0, 0, 0, 0])].flat();
const data = (splits: ReportData['splits']): ReportData => ({
  folder: '/runs/r',
  run: manifest,
  settings: 'loss: <none>',
  curves: { loss: [], learningRate: [], validationDice: [], validationScore: [] },
  splits,
  scalarSplits: [],
});
const testSplit = {
  name: 'Test',
  folder: 'best_validation_epoch/Test',
  rows,
  thumbnails: [],
  segmentations: new Map([['1', 'best_validation_epoch/Test/1/segmentation.nii.gz']]),
};

describe('renderReport', () => {
  const page = renderReport(data([testSplit]), path => `../${path}`);

  it('loads nothing from elsewhere and forbids it', () => {
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"|url\(([^)]*)\)/g)].map(([, a, b]) => a ?? b!);
    expect(addresses.length).toBeGreaterThan(5);
    expect(addresses.filter(address => !/^(#|data:|\.\.\/)/.test(address))).toEqual([]);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('escapes names that are HTML, in text and in figures', () => {
    expect(page).toContain('&lt;b&gt;Liver&lt;/b&gt; &amp; &quot;co&quot;');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<b>Liver</b> &');
    expect(page).toContain('loss: &lt;none&gt;');
  });

  it('says the mean Dice over subjects, and links to their segmentations', () => {
    // Subject 1: 1 and 1. Subject 2: liver 2 · 2 / (2 + 3) = 0.8, spleen missed: 0. Means 1 and 0.4.
    expect(page).toContain('<div class="value">0.700</div>');
    expect(page).toContain('href="../best_validation_epoch/Test/1/segmentation.nii.gz"');
  });

  it('says the mean Dice as the run noted it, unless the split was measured anew', () => {
    const rounded = { ...testSplit, rows: rows.map(row => ({ ...row, dice: row.dice + 0.0008 })) };
    const said = (noted: number) => {
      const run = { ...manifest, results: { 'test/Dice': noted } };
      return /<div class="value">([^<]*)<\/div>/.exec(
        renderReport({ ...data([rounded]), run }, path => path),
      )![1];
    };
    // The rows' mean is 0.7008.
    expect([said(0.70049), said(0.9)]).toEqual(['0.700', '0.701']);
  });

  it('lists every outlier that the summary counts, also one with an ordinary Dice', () => {
    // Thirty results of Dice 0.5 … 0.79 at 2 mm; the one of the best Dice has a stray voxel at 90 mm.
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...rows[0]!,
      patient: `p${index}`,
      dice: 0.5 + index / 100,
      hausdorffMm: index === 29 ? 90 : 2,
    }));
    const text = renderReport(data([{ ...testSplit, rows: many }]), path => path);
    expect(text).toContain('>1 outlier</a>');
    const worst = text.slice(text.indexOf('id="worst-test"'), text.indexOf('All 30 subjects'));
    expect(worst).toMatch(/p29.*<span class="mark">outlier<\/span>/);
    expect(worst).toContain('1 outlier among the others');
  });

  it('calls at most a third of the results worst', () => {
    const nine = Array.from({ length: 9 }, (_, index) => ({
      ...rows[0]!,
      patient: `p${index}`,
      dice: 0.5 + index / 100,
    }));
    const text = renderReport(data([{ ...testSplit, rows: nine }]), path => path);
    expect(text).toContain('The 3 of 9 results');
    expect(text.slice(text.indexOf('id="worst-test"'), text.indexOf('All 9 subjects'))).not.toContain('p3');
  });

  it('says that infinite distances are not drawn', () => {
    expect(page).toContain('1 infinite value');
  });

  it('gives every figure a description and every table heads', () => {
    for (const [svg] of page.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/aria-label="[^"]+"|aria-hidden/);
    for (const [table] of page.matchAll(/<table>[\s\S]*?<\/table>/g)) {
      expect(table).toMatch(/<caption>.+<\/caption>/);
      expect(table).toContain('scope="col"');
    }
  });

  it('is the same each time', () => {
    expect(renderReport(data([testSplit]), path => `../${path}`)).toBe(page);
  });

  it('can be written for a run without results', () => {
    expect(renderReport(data([]), path => path)).toContain('No split has been evaluated');
  });
});

describe('boxPlotFile', () => {
  it('is an SVG that stands alone', () => {
    expect(boxPlotFile(rows)).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[\s\S]*<\/svg>\n$/);
  });
});

describe('loadReportData', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    const split = join(folder, 'best_validation_epoch/Test');
    await mkdir(join(split, '1'), { recursive: true });
    await writeFile(join(folder, 'run.json'), JSON.stringify(manifest));
    await writeFile(join(split, 'metrics_extended.csv'), formatExtendedMetrics(rows));
    await writeThumbnails(join(split, 'thumbnails'), {
      subject: '2',
      image: {
        data: new Float32Array(8),
        shape: [2, 2, 2],
        affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      },
      truth: Uint8Array.from([0, 1, 1, 1, 0, 0, 0, 2]),
      prediction: new Uint8Array(8),
      structures: [{ name: 'liver' }, { name: 'spleen<script>' }],
    });
    await writeFile(join(split, 'thumbnails', 'other.json'), '{"truth": "<script>"}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('finds results, thumbnails and segmentations of a run', async () => {
    const loaded = await loadReportData(folder);
    expect(loaded.splits).toHaveLength(1);
    expect(loaded.splits[0]!.rows).toHaveLength(4);
    expect(loaded.splits[0]!.thumbnails.map(({ structure }) => structure)).toEqual([
      'liver',
      'spleen<script>',
    ]);
    expect([...loaded.splits[0]!.segmentations.keys()]).toEqual(['1']);
    await writeReport(loaded, join(folder, 'reports', 'report.html'));
    const page = await readFile(join(folder, 'reports', 'report.html'), 'utf8');
    expect(page).toContain('href="../best_validation_epoch/Test/1/segmentation.nii.gz"');
    expect(page).toContain('data:image/png;base64,');
  });

  it('names the folder that is no run, and the manifest that is damaged', async () => {
    await expect(loadReportData(join(folder, 'nothing'))).rejects.toThrow('no run.json');
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken', 'run.json'), '{"id": 1');
    await expect(loadReportData(join(folder, 'broken'))).rejects.toThrow('manifest of the run is damaged');
  });
});

describe('curvesOf', () => {
  it('counts epochs from 1 and keeps the first value of an epoch', () => {
    const common = { sequence: 0, time: '', epoch: 4, step: 10 };
    const dice = (value: number) =>
      ({ ...common, type: 'metric', split: 'validation', name: 'Dice/liver', value }) as const;
    expect(curvesOf([dice(0.5), dice(0.9)]).validationDice).toEqual([
      { name: 'liver', points: [{ epoch: 5, value: 0.5 }] },
    ]);
  });
});
