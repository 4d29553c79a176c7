import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource, FileChangeType } from 'vscode-languageserver/node';
import { VIRTUAL_TEXT, VIRTUAL_TEXT_CHANGED } from '../src/contracts/language.ts';
import { bundleServer, RunningServer } from './testing/running-server.ts';

const BASE = `task: segmentation
dataset:
  path: ./data
  channels: [ct]
  structures: [{name: liver, label: 1}]
sampling: {crop_size: [32, 32, 32]}
architecture: {name: unet3d, levels: 3}
training: {epochs: 7}
`;
const CHILD = 'extends: ./base.innereye.yaml\ntraining:\n  batch_size: 3\n';

let bundle: Awaited<ReturnType<typeof bundleServer>>;
let folder: string;
let server: RunningServer;
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  bundle = await bundleServer();
});
afterAll(() => bundle.remove());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-server-'));
  mkdirSync(file('data'));
  writeFileSync(file('data/dataset.csv'), 'subject,filePath,channel\n1,ct.nii.gz,ct\n1,liver.nii.gz,liver\n');
  writeFileSync(file('base.innereye.yaml'), BASE);
  writeFileSync(file('child.innereye.yaml'), CHILD);
  server = new RunningServer(bundle.program);
  await server.initialize(folder);
});
afterEach(async () => {
  await server.stop();
  expect(server.log).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

describe('the running server', () => {
  test('tells what is wrong while someone types', async () => {
    const child = file('child.innereye.yaml');
    await server.open(child, CHILD);
    await server.replace(child, CHILD, CHILD.indexOf('batch_size'), CHILD.indexOf(': 3'), 'batch_sice');
    const [diagnostic] = await server.until(child, found => found.length > 0);
    expect(diagnostic).toMatchObject({
      code: 'unknown-key',
      range: { start: { line: 2, character: 2 }, end: { line: 2, character: 12 } },
      data: { suggestion: 'batch_size', path: 'training.batch_sice' },
    });
    await server.change(child, CHILD);
    await server.until(child, found => found.length === 0);
  });

  test('shows what an unsaved base does to its child at once', async () => {
    const [base, child] = [file('base.innereye.yaml'), file('child.innereye.yaml')];
    await server.open(child, CHILD);
    await server.open(base, BASE);
    await server.change(base, BASE.replace('levels: 3', 'levels: 12'));
    const [own] = await server.until(base, found => found.length > 0);
    expect(own.code).toBe('out-of-range');
    const [summary] = await server.until(child, found => found.length > 0);
    expect(summary).toMatchObject({ code: 'broken-base', range: { start: { line: 0, character: 9 } } });
    expect(summary.relatedInformation?.[0].location.uri).toMatch(/base\.innereye\.yaml$/);
    await server.change(base, BASE);
    await server.until(child, found => found.length === 0);
  });

  test('notices when a base is removed, comes back, and is renamed on disk', async () => {
    const [base, child] = [file('base.innereye.yaml'), file('child.innereye.yaml')];
    await server.open(child, `${CHILD}nonsense: 1\n`);
    await server.until(child, found => found.some(({ code }) => code === 'unknown-key'));
    rmSync(base);
    await server.watched(base, FileChangeType.Deleted);
    await server.until(child, found => found.some(({ code }) => code === 'missing-base'));
    writeFileSync(base, BASE);
    await server.watched(base, FileChangeType.Created);
    await server.until(child, found => found.every(({ code }) => code !== 'missing-base'));
    renameSync(base, file('other.innereye.yaml'));
    await server.watched(base, FileChangeType.Deleted);
    await server.watched(file('other.innereye.yaml'), FileChangeType.Created);
    await server.until(child, found => found.some(({ code }) => code === 'missing-base'));
  });

  test('tells of names that the data set does not have once its list is read, and when the list changes', async () => {
    const child = file('child.innereye.yaml');
    const text = `${CHILD}dataset: {channels: [cd]}\n`;
    await server.open(child, text);
    const [unknown] = await server.until(child, found => found.length > 0);
    expect(unknown).toMatchObject({ code: 'not-in-data-set', data: { suggestion: 'ct' } });
    const list = file('data/dataset.csv');
    writeFileSync(list, 'subject,filePath,channel\n1,cd.nii.gz,cd\n1,liver.nii.gz,liver\n');
    await server.watched(list, FileChangeType.Changed);
    await server.until(child, found => found.length === 0);
  });

  test('has hints and lenses drawn anew when a base changes on disk, though one file alone is open', async () => {
    await server.open(file('child.innereye.yaml'), CHILD);
    await expect.poll(() => server.refreshed).toEqual(['inlayHint', 'codeLens']);
    writeFileSync(file('base.innereye.yaml'), BASE.replace('epochs: 7', 'epochs: 9'));
    await server.watched(file('base.innereye.yaml'), FileChangeType.Changed);
    await expect.poll(() => server.refreshed).toEqual(['inlayHint', 'codeLens', 'inlayHint', 'codeLens']);
  });

  test('completes and explains with what is not saved yet', async () => {
    const [base, child] = [file('base.innereye.yaml'), file('child.innereye.yaml')];
    await server.open(base, BASE);
    await server.open(child, CHILD);
    await server.change(
      base,
      BASE.replace('epochs: 7', 'epochs: 8').replace('unet3d, levels', 'plain_unet, levels'),
    );
    const text = `${CHILD}  epo\narchitecture: {d}\n`;
    await server.change(child, text);
    const keys = await server.completion(child, 3, 5);
    expect(keys.find(({ label }) => label === 'epochs')).toMatchObject({ detail: 'inherited: 8' });
    const network = await server.completion(child, 4, 16);
    expect(network.map(({ label }) => label)).toContain('deep_supervision');
    expect(await server.hover(child, 1, 3)).toMatchObject({ range: { start: { line: 1, character: 0 } } });
  });

  test('drops requests that are taken back while others are answered', async () => {
    const child = file('child.innereye.yaml');
    await server.open(child, CHILD);
    const asked = Array.from({ length: 30 }, () => {
      const source = new CancellationTokenSource();
      const parameters = { textDocument: { uri: pathToFileURL(child).href } };
      const answer = server.connection.sendRequest('textDocument/codeLens', parameters, source.token);
      source.cancel();
      return answer.then(
        () => 'answered',
        (error: { code: number }) => error.code,
      );
    });
    expect(new Set(await Promise.all(asked))).toContain(-32800);
    expect(await server.hover(child, 2, 4)).not.toBeNull();
  });

  test('gives presets and resolved configurations as texts, and tells when they change', async () => {
    const [base, child] = [file('base.innereye.yaml'), file('child.innereye.yaml')];
    await server.open(base, BASE);
    const preset = { uri: 'innereye-preset:/innereye/lung.innereye.yaml' };
    expect(await server.connection.sendRequest(VIRTUAL_TEXT, preset)).toContain("InnerEye's Lung");
    const resolved = { uri: `innereye-resolved:${child}` };
    expect(await server.connection.sendRequest(VIRTUAL_TEXT, resolved)).toContain('epochs: 7');
    const changed = new Promise(done => server.connection.onNotification(VIRTUAL_TEXT_CHANGED, done));
    await server.change(base, BASE.replace('epochs: 7', 'epochs: 9'));
    expect(await changed).toEqual([resolved.uri]);
    expect(await server.connection.sendRequest(VIRTUAL_TEXT, resolved)).toContain('epochs: 9');
  });

  test('answers nothing about files and presets that there are not', async () => {
    const nowhere = { textDocument: { uri: 'innereye-preset:/innereye/none.innereye.yaml' } };
    expect(await server.connection.sendRequest('textDocument/documentSymbol', nowhere)).toBeNull();
    const untitled = { textDocument: { uri: 'untitled:Untitled-1' } };
    expect(await server.connection.sendRequest('textDocument/documentSymbol', untitled)).toBeNull();
  });
});
