import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pluginExports } from './plugin-exports.ts';
import { Workspace } from './workspace.ts';

const BASE = 'training: {epochs: 5}\n';
const CHILD = 'extends: ./base.innereye.yaml\n';

let folder: string;
let time: number;
let arrivals: number;
let workspace: Workspace;
const file = (name: string) => join(folder, name);
const write = (name: string, text: string) => {
  writeFileSync(file(name), text);
  // Two writes can fall into one tick of the file system's clock.
  utimesSync(file(name), time / 1000, time++ / 1000);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-workspace-'));
  [time, arrivals] = [10_000, 0];
  workspace = new Workspace(
    () => arrivals++,
    () => time,
  );
  write('base.innereye.yaml', BASE);
  write('child.innereye.yaml', CHILD);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const epochs = () => workspace.resolve(file('child.innereye.yaml')).origins.get('training.epochs');

describe('the workspace', () => {
  test('remembers what it has resolved until a file of the chain changes', () => {
    const first = workspace.resolve(file('child.innereye.yaml'));
    expect(workspace.resolve(file('child.innereye.yaml'))).toBe(first);
    workspace.edited(file('stranger.innereye.yaml'), 'name: x\n');
    expect(workspace.resolve(file('child.innereye.yaml'))).toBe(first);
    workspace.edited(file('base.innereye.yaml'), BASE.replace('5', '6'));
    expect(workspace.resolve(file('child.innereye.yaml'))).not.toBe(first);
  });

  test('lets unsaved text win over the disk, until the file is closed', () => {
    workspace.edited(file('base.innereye.yaml'), 'name: x\n');
    expect(epochs()).toBeUndefined();
    workspace.closed(file('base.innereye.yaml'));
    expect(epochs()?.location?.file).toBe(file('base.innereye.yaml'));
  });

  test('sees changes on disk when told, and after two seconds without being told', () => {
    expect(epochs()).toBeDefined();
    rmSync(file('base.innereye.yaml'));
    expect(epochs()).toBeDefined();
    workspace.changedOnDisk(file('base.innereye.yaml'));
    expect(epochs()).toBeUndefined();
    write('base.innereye.yaml', BASE);
    time += 3000;
    expect(epochs()).toBeDefined();
  });

  test('notices that a folder which a configuration names has come to be', () => {
    const text = 'extends: innereye/hippocampus\ndataset: {path: ./data}\n';
    workspace.edited(file('child.innereye.yaml'), text);
    const codes = () => workspace.resolve(file('child.innereye.yaml')).diagnostics.map(({ code }) => code);
    expect(codes()).toContain('missing-file');
    mkdirSync(file('data'));
    time += 3000;
    expect(codes()).not.toContain('missing-file');
  });

  test('lists configurations, but no copies that runs keep and nothing of packages', async () => {
    for (const name of ['sub', 'run', 'run/code', 'node_modules', '.hidden']) mkdirSync(file(name));
    write('sub/a.innereye.yml', '');
    write('run/run.json', '{}');
    write('run/code/b.innereye.yaml', '');
    write('node_modules/c.innereye.yaml', '');
    write('.hidden/d.innereye.yaml', '');
    write('notes.yaml', '');
    await workspace.search([folder]);
    const found = ['base.innereye.yaml', 'child.innereye.yaml', 'sub/a.innereye.yml'].map(file);
    expect(workspace.configurations()).toEqual(found);
    write('new.innereye.yaml', '');
    workspace.changedOnDisk(file('new.innereye.yaml'));
    rmSync(file('base.innereye.yaml'));
    workspace.changedOnDisk(file('base.innereye.yaml'));
    expect(workspace.configurations()).toEqual([found[1], file('new.innereye.yaml'), found[2]]);
  });

  test('takes no copy of a run into its list when it is told of one', async () => {
    await workspace.search([folder]);
    mkdirSync(file('outputs/run/code'), { recursive: true });
    write('outputs/run/run.json', '{}');
    write('outputs/run/code/copy.innereye.yaml', '');
    workspace.changedOnDisk(file('outputs/run/code/copy.innereye.yaml'));
    mkdirSync(file('node_modules'));
    write('node_modules/c.innereye.yaml', '');
    workspace.changedOnDisk(file('node_modules/c.innereye.yaml'));
    expect(workspace.configurations()).toEqual(['base.innereye.yaml', 'child.innereye.yaml'].map(file));
  });

  test('keeps what it is told of while it searches, and only what the latest search has found', async () => {
    const searching = workspace.search([folder]);
    rmSync(file('base.innereye.yaml'));
    workspace.changedOnDisk(file('base.innereye.yaml'));
    write('new.innereye.yaml', '');
    workspace.changedOnDisk(file('new.innereye.yaml'));
    await searching;
    expect(workspace.configurations()).toEqual(['child.innereye.yaml', 'new.innereye.yaml'].map(file));
    mkdirSync(file('sub'));
    write('sub/a.innereye.yaml', '');
    const first = workspace.search([folder]);
    await Promise.all([first, workspace.search([file('sub')])]);
    expect(workspace.configurations()).toEqual([file('sub/a.innereye.yaml')]);
  });

  test('reads what a data set says of itself beside, and again when its list changes', async () => {
    mkdirSync(file('data'));
    write('data/dataset.csv', 'subject,filePath,channel\n1,a,ct\n');
    const place = { path: file('data'), format: 'auto' as const, csv: 'dataset.csv' };
    expect(workspace.dataset(place)).toBeUndefined();
    await expect.poll(() => workspace.dataset(place)).toMatchObject({ subjects: 1, channels: ['ct'] });
    expect(arrivals).toBe(1);
    write('data/dataset.csv', 'subject,filePath,channel\n1,a,ct\n2,b,pet\n');
    workspace.changedOnDisk(file('data/dataset.csv'));
    await expect.poll(() => workspace.dataset(place)?.subjects).toBe(2);
    expect(arrivals).toBe(2);
    rmSync(file('data'), { recursive: true });
    workspace.changedOnDisk(file('data/dataset.csv'));
    await expect.poll(() => workspace.dataset(place)).toBeUndefined();
  });

  test('lists folders, and nothing where there is none', () => {
    mkdirSync(file('data'));
    symlinkSync('data', file('link'));
    symlinkSync('none', file('nowhere'));
    symlinkSync('circle', file('circle'));
    expect(workspace.folder(folder)).toEqual([
      ...['base.innereye.yaml', 'child.innereye.yaml', 'circle', 'data/', 'link/', 'nowhere'],
    ]);
    expect(workspace.folder(file('none'))).toEqual([]);
  });

  test('reads what cannot be read as a fault, not as a crash', () => {
    mkdirSync(file('folder.innereye.yaml'));
    workspace.edited(file('child.innereye.yaml'), 'extends: ./folder.innereye.yaml\n');
    expect(workspace.document(file('folder.innereye.yaml'))).toBeUndefined();
    const { diagnostics } = workspace.resolve(file('child.innereye.yaml'));
    expect(diagnostics[0]).toMatchObject({ code: 'base-unreadable' });
    expect(workspace.plugin(file('folder.innereye.yaml'))).toBeUndefined();
    expect(workspace.plugin(file('none.ts'))).toBeUndefined();
  });
});

describe('what may be read', () => {
  const codes = () => workspace.resolve(file('child.innereye.yaml')).diagnostics.map(({ code }) => code);

  test.skipIf(process.platform === 'win32')('are regular files of a bearable size', () => {
    execFileSync('mkfifo', [file('pipe')]);
    write('long', 'x'.repeat(1e6 + 1));
    for (const base of ['./pipe', '/dev/zero', './long']) {
      workspace.edited(file('child.innereye.yaml'), `extends: ${base}\nplugins: [${base}]\n`);
      expect(codes(), base).toContain('base-unreadable');
      expect(workspace.plugin(join(folder, base))).toBeUndefined();
    }
  });

  test('is what lies in the folders of a workspace that is not trusted', async () => {
    const other = mkdtempSync(join(tmpdir(), 'innereye-elsewhere-'));
    try {
      writeFileSync(join(other, 'base.innereye.yaml'), BASE);
      writeFileSync(join(other, 'dataset.csv'), 'subject,filePath,channel\n1,a,ct\n');
      symlinkSync(other, file('link'));
      workspace.distrust();
      workspace.surround([folder]);
      expect(codes()).not.toContain('base-unreadable');
      for (const base of [
        join(other, 'base.innereye.yaml'),
        './link/base.innereye.yaml',
        '//host/share/base',
      ]) {
        workspace.edited(file('child.innereye.yaml'), `extends: ${base}\ndataset: {path: ${other}/none}\n`);
        expect(codes(), base).toContain('base-unreadable');
        expect(codes(), base).not.toContain('missing-file');
      }
      expect(workspace.folder(other)).toEqual([]);
      expect(workspace.folder(folder)).toContain('base.innereye.yaml');
      const place = { path: other, format: 'csv' as const, csv: 'dataset.csv' };
      workspace.dataset(place);
      await new Promise(done => setTimeout(done, 300));
      expect([workspace.dataset(place), arrivals]).toEqual([undefined, 0]);
    } finally {
      rmSync(other, { recursive: true });
    }
  });
});

describe('what a plugin exports', () => {
  const names = (text: string) => pluginExports('/p.ts', text).map(({ kind, name }) => `${kind} ${name}`);

  test('is read off its text', () => {
    const text = `import { defineLoss, defineTransform, z } from 'innereye';
export const clamp = defineTransform<{ low: number }>({
  options: z.object({ name: z.string() }), // name: 'comment'
  name: 'clamp',
  preprocess(sample, { low }) { return { name: 'inner' }; },
});
export default defineLoss({ build() { const name = "x"; return f({ name: 'no' }); }, "name": "tversky" });
export const metric = defineMetric ({ measure: () => \`}\`, name: \`volume\` });
const broken = defineArchitecture({ build() {} });
`;
    expect(names(text)).toEqual(['transform clamp', 'loss tversky', 'metric volume']);
    const [clamp] = pluginExports('/p.ts', text);
    expect(text.slice(clamp.location.start, clamp.location.end)).toBe('clamp');
    expect(clamp.location).toMatchObject({ file: '/p.ts', line: 4, column: 10 });
  });

  test('is nothing in half-written text', () => {
    for (const text of [
      '',
      'defineLoss({',
      'defineLoss({ name: ',
      "defineLoss({ name: 'a",
      'defineLoss({{{{',
    ])
      expect(names(text)).toEqual([]);
  });
});
