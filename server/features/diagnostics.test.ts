import { describe, expect, test } from 'vitest';
import { readersOf, type World } from '../testing/at-cursor.ts';
import { diagnostics } from './diagnostics.ts';

const BASE = `task: segmentation
dataset:
  path: ./data
  channels: [ct]
  structures: [{name: liver, label: 1}]
sampling: {crop_size: [32, 32, 32]}
architecture: {name: unet3d, levels: 3}
`;

/** `code line:column-line:column` of what is told of the first file; lines and columns count from 1. */
function told(texts: Readonly<Record<string, string>>, world: World = {}): string[] {
  return found(texts, world).map(({ code, range: { start, end } }) => {
    return `${code} ${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
  });
}

function found(texts: Readonly<Record<string, string>>, world: World = {}) {
  const [first] = Object.keys(texts);
  const files = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [`${name}.innereye.yaml`, text]),
  );
  return diagnostics(`/c/${first}.innereye.yaml`, readersOf(files, world));
}

const dataset = {
  subjects: 2,
  columns: ['subject', 'filePath', 'channel', 'site'],
  channels: ['ct', 'liver'],
  structures: [],
};

describe('diagnostics', () => {
  test('stand on the exact range, with what mends them', () => {
    expect(told({ a: `${BASE}training: {epochz: 5}\n` })).toEqual(['unknown-key 8:12-8:18']);
    const [diagnostic] = found({ a: `${BASE}training: {epochz: 5}\n` });
    expect(diagnostic).toMatchObject({
      severity: 1,
      source: 'innereye',
      message: 'Unknown key `epochz` in `training`. Did you mean `epochs`?',
      data: { code: 'unknown-key', path: 'training.epochz', suggestion: 'epochs' },
    });
    expect(told({ a: BASE.replace('[32, 32, 32]', '[32, 30, 32]') })).toEqual(['crop-size 6:23-6:35']);
  });

  test('of a broken base are told in the base, and summed up at `extends` with links', () => {
    const base = `${BASE}training: {epochs: -1}\n`;
    expect(told({ base, child: 'extends: ./base.innereye.yaml\n' })).toEqual(['out-of-range 8:20-8:22']);
    const [summary, ...others] = found({ child: 'extends: ./base.innereye.yaml\n', base });
    expect(others).toEqual([]);
    expect(summary).toMatchObject({ code: 'broken-base', range: { start: { line: 0, character: 9 } } });
    expect(summary.relatedInformation).toMatchObject([
      { location: { uri: 'file:///c/base.innereye.yaml', range: { start: { line: 7, character: 19 } } } },
    ]);
  });

  test('leave to children what a base lacks, but not what only the base can give', () => {
    const base = 'dataset: {channels: [ct]}\naugmentation: [random_flip: {}]\n';
    const child = 'extends: ./base.innereye.yaml\n';
    expect(told({ base })).toContain('missing-key 1:1-1:8');
    expect(told({ base, child })).toEqual(['missing-key 2:16-2:27']);
  });

  test('tell in the child what neither it nor its base gives', () => {
    const base = 'dataset: {path: ./d, channels: [ct]}\n';
    const child = 'name: x\nextends: ./base.innereye.yaml\nsampling: {}\n';
    const messages = found({ child, base }).map(({ message }) => String(message).replace(/\. .*$/s, ''));
    expect(messages).toContain('`dataset` needs `structures`');
    expect(messages).toContain('`sampling` needs `crop_size`');
    expect(found({ child, base }).every(({ code }) => code === 'missing-key')).toBe(true);
  });

  test('tell of names that the data set does not have', () => {
    const text = BASE.replace('[ct]', '[cr]').replace('name: liver', 'name: livr');
    expect(told({ a: text }, { dataset })).toEqual([
      'not-in-data-set 4:14-4:16',
      'not-in-data-set 5:23-5:27',
    ]);
    expect(found({ a: text }, { dataset })[1].data).toMatchObject({ suggestion: 'liver' });
    const grouped = BASE.replace('path: ./data', 'path: ./data\n  splits: {group_by: sit}');
    expect(told({ a: grouped }, { dataset })).toEqual(['not-in-data-set 4:22-4:25']);
    expect(told({ a: text })).toEqual([]);
  });

  test('tell of columns that a table does not have', () => {
    const table = { subjects: 2, columns: ['subject', 'visit', 'age', 'ill'], channels: [], structures: [] };
    const text = `task: sequence
dataset:
  path: ./data
  features: {numerical: [agee]}
  sequence: {column: visits}
  targets: {column: ill}
architecture: {name: mlp}
`;
    expect(told({ a: text }, { dataset: table })).toEqual([
      'not-in-data-set 4:26-4:30',
      'not-in-data-set 5:22-5:28',
    ]);
    expect(found({ a: text }, { dataset: table })[0].data).toMatchObject({ suggestion: 'age' });
  });

  test('tell of labels that the data set means otherwise', () => {
    const json = { subjects: 1, columns: [], channels: ['CT'], structures: [{ name: 'Liver', label: 2 }] };
    expect(told({ a: BASE }, { dataset: json })).toEqual(['unknown-label 5:37-5:38']);
    expect(told({ a: BASE.replace('label: 1', 'label: 2') }, { dataset: json })).toEqual([]);
    expect(told({ a: BASE.replace('liver, label: 1', 'tumour, label: 9') }, { dataset: json })).toEqual([
      'unknown-label 5:38-5:39',
    ]);
  });

  test('show in the child what its data set lacks of a name in the base', () => {
    const base = BASE.replace('  path: ./data\n', '').replace('name: liver', 'name: livr');
    const child = 'extends: ./base.innereye.yaml\ndataset: {path: ./data}\n';
    const [diagnostic] = found({ child, base }, { dataset });
    expect(diagnostic).toMatchObject({
      code: 'not-in-data-set',
      range: { start: { line: 0, character: 9 } },
    });
    expect(diagnostic.relatedInformation?.at(-1)?.location.uri).toBe('file:///c/base.innereye.yaml');
    expect(told({ base, child }, { dataset })).toEqual([]);
  });

  test('tell of an estimate that does not fit the machine, as a warning', () => {
    expect(found({ a: BASE }, { memoryBytes: 1e6 })).toMatchObject([{ code: 'memory', severity: 2 }]);
  });
});
