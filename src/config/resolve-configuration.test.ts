import { describe, expect, it } from 'vitest';
import { requireSegmentation } from './require-segmentation.ts';
import { MINIMAL, resolveTexts, type Texts } from './resolve-texts.ts';

/** Findings in short: `severity code file:line:column-endColumn`. */
function found(texts: Texts, set: readonly string[] = []) {
  return resolveTexts(texts, { set }).diagnostics.map(
    ({ severity, code, location: { file, line, column, endColumn } }) =>
      `${severity} ${code} ${file.replace('/c/', '')}:${line}:${column}-${endColumn}`,
  );
}

describe('extends', () => {
  it('goes many levels deep and knows origin and history of every value', () => {
    const { settings, origins, files, diagnostics } = resolveTexts({
      'child.innereye.yaml': 'extends: ./middle.innereye.yaml\ntraining:\n  epochs: 3\n',
      'middle.innereye.yaml': 'extends: base.innereye.yaml\ntraining: {epochs: 2, batch_size: 4}\n',
      'base.innereye.yaml': `${MINIMAL}training: {epochs: 1}\n`,
    });
    expect(diagnostics).toEqual([]);
    expect(settings?.training).toMatchObject({ epochs: 3, batch_size: 4 });
    expect(origins.get('training.epochs')).toMatchObject({
      kind: 'file',
      location: { file: '/c/child.innereye.yaml', line: 3, column: 11, endColumn: 12 },
      key: { line: 3, column: 3 },
      overrode: [
        { value: 2, location: { file: '/c/middle.innereye.yaml', line: 2 } },
        { value: 1, location: { file: '/c/base.innereye.yaml', line: 8 } },
      ],
    });
    expect(origins.get('training.batch_size')?.location?.file).toBe('/c/middle.innereye.yaml');
    expect(origins.get('training.seed')).toEqual({ kind: 'default', overrode: [] });
    expect(origins.get('dataset.structures[0].name')?.location?.file).toBe('/c/base.innereye.yaml');
    expect(files.map(({ file }) => file)).toEqual([
      '/c/base.innereye.yaml',
      '/c/middle.innereye.yaml',
      '/c/child.innereye.yaml',
    ]);
  });

  it('takes a list, of which later ones win, and a mixin may edit a list of an earlier one', () => {
    const { settings } = resolveTexts({
      'child.innereye.yaml': 'extends: [./base.yaml, ./more.yaml]\n',
      'base.yaml': `${MINIMAL}augmentation: [{random_noise: {}}]\ntraining: {epochs: 1, seed: 5}\n`,
      'more.yaml': 'augmentation: {$append: [{random_blur: {}}]}\ntraining: {epochs: 2}\n',
    });
    expect(settings?.augmentation.map(step => Object.keys(step)[0])).toEqual(['random_noise', 'random_blur']);
    expect(settings?.training).toMatchObject({ epochs: 2, seed: 5 });
  });

  it('edits the default of a list that nothing was inherited for', () => {
    const { settings } = resolveTexts({ a: `${MINIMAL}inference: {splits: {$append: [validation]}}\n` });
    expect(settings?.inference.splits).toEqual(['test', 'validation']);
  });

  it('shows the whole circle where one closes, and in the file that was opened', () => {
    const { diagnostics } = resolveTexts({
      'a.yaml': 'extends: b.yaml\n',
      'b.yaml': 'extends: c.yaml\n',
      'c.yaml': 'extends: b.yaml\n',
    });
    const cycle = diagnostics.find(({ code }) => code === 'extends-cycle');
    expect(cycle?.message).toContain('/c/b.yaml → /c/c.yaml → /c/b.yaml');
    expect(cycle?.location).toMatchObject({ file: '/c/c.yaml', line: 1, column: 10 });
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'broken-base',
        location: expect.objectContaining({ file: '/c/a.yaml' }),
      }),
    );
  });

  it('names a base that is missing, at its name, and nothing that is missing because of it', () => {
    expect(found({ 'a.yaml': 'extends:\n  - ./nothing.yaml\n' })).toEqual([
      'error missing-base a.yaml:2:5-19',
    ]);
  });

  it('reports a fault of a base in the base, and at the `extends` that leads to it', () => {
    expect(
      found({
        'a.yaml': 'extends: [b.yaml]\n',
        'b.yaml': 'extends: c.yaml\n',
        'c.yaml': `${MINIMAL}trainig: {}\n`,
      }),
    ).toEqual(['error unknown-key c.yaml:8:1-8', 'error broken-base a.yaml:1:11-17']);
  });
});

describe('findings', () => {
  const at = (text: string) => found({ a: `${MINIMAL}${text}\n` });

  it('lie on the misspelt key', () => {
    expect(at('training: {epoch: 3}')).toEqual(['error unknown-key a:8:12-17']);
  });

  it('lie on the wrong value', () => {
    expect(at('training: {epochs: 1.5}')).toEqual(['error wrong-type a:8:20-23']);
    expect(at('training: {epochs: 0}')).toEqual(['error out-of-range a:8:20-21']);
    expect(at('inference: {blend: gausian}')).toEqual(['error unknown-value a:8:20-27']);
  });

  it('lie on the owner of what is missing', () => {
    expect(at('augmentation:\n  - random_flip: {}')).toEqual(['error missing-key a:9:5-16']);
    expect(found({ a: 'name: x\n' })).toEqual([
      'error missing-key a:1:1-5',
      'error missing-key a:1:1-5',
      'error missing-key a:1:1-5',
      'error missing-key a:1:1-5',
    ]);
  });

  it('of a step are those of the step that is named', () => {
    expect(at('augmentation:\n  - random_noise: {probabilty: 1}')).toEqual(['error unknown-key a:9:20-30']);
    expect(at('augmentation:\n  - random_nose: {}')).toEqual(['error unknown-step a:9:5-16']);
    expect(at('augmentation:\n  - random_noise: {}\n    random_blur: {}')).toEqual([
      'error two-steps a:10:5-16',
    ]);
    expect(at('preprocessing:\n  - normalize: {method: ct-windo}')).toEqual([
      'error unknown-value a:9:25-33',
    ]);
    expect(at('preprocessing:\n  - normalize: {ct: {method: ct-window, levl: 3}}')).toEqual([
      'error unknown-key a:9:41-45',
    ]);
  });

  it('of a kind are those of the kind that is named', () => {
    expect(at('loss: {name: focal, gama: 2}')).toEqual(['error unknown-key a:8:21-25']);
    expect(at('schedule: {name: multi_step}')).toEqual(['error missing-key a:8:1-9']);
    expect(at('loss: {name: fokal}')).toEqual(['error unknown-value a:8:14-19']);
  });

  it('tell a forgotten value from one that is taken back', () => {
    expect(at('training:\n  epochs:')).toEqual(['error missing-value a:9:3-9']);
    expect(at('training:\n  epochs: null')).toEqual([]);
  });

  it('have a remedy with the nearest valid name', () => {
    const [{ remedy, suggestion }] = resolveTexts({ a: `${MINIMAL}optimiser: {name: adam}` }).diagnostics;
    expect(suggestion).toBe('optimizer');
    expect(remedy).toBe('Did you mean `optimizer`?');
  });

  it('do not hide what can be checked all the same', () => {
    const codes = resolveTexts({
      a: `${MINIMAL.replace('[32, 32, 32]', '[32, 30, 32]')}training: {epochs: x}\n`,
    }).diagnostics.map(({ code }) => code);
    expect(codes.sort()).toEqual(['crop-size', 'wrong-type']);
  });
});

describe('--set', () => {
  it('lays a value over the file, also inside lists', () => {
    const { settings, origins } = resolveTexts(
      { a: `${MINIMAL}augmentation: [{random_noise: {probability: 0.1}}]\n` },
      {
        set: [
          'augmentation.0.random_noise.probability=0.5',
          'training.epochs=7',
          'sampling.crop_size=[16,16,16]',
        ],
      },
    );
    expect(settings?.augmentation[0]).toMatchObject({ random_noise: { probability: 0.5 } });
    expect(settings?.training.epochs).toBe(7);
    expect(requireSegmentation(settings!).sampling.crop_size).toEqual([16, 16, 16]);
    expect(origins.get('augmentation[0].random_noise.probability')).toMatchObject({
      kind: 'command line',
      overrode: [{ value: 0.1 }],
    });
  });

  it('changes the kind of a network by its name alone', () => {
    const { settings, diagnostics } = resolveTexts(
      { a: MINIMAL.replace('levels: 3', 'levels: 3, kernel_size: 5') },
      { set: ['architecture.name=plain_unet', 'architecture.levels=2'] },
    );
    expect(diagnostics).toEqual([]);
    expect(settings?.architecture).toMatchObject({ name: 'plain_unet', levels: 2 });
  });

  it('names the misspelt key and the nearest one', () => {
    const { diagnostics } = resolveTexts({ a: MINIMAL }, { set: ['training.epoch=5'] });
    expect(diagnostics).toMatchObject([
      { code: 'unknown-key', suggestion: 'epochs', location: { file: '--set training.epoch=5' } },
    ]);
  });

  it('says what is wrong with a path or a form', () => {
    const codes = resolveTexts(
      { a: `${MINIMAL}augmentation: [{random_noise: {}}]\n` },
      {
        set: ['training.epochs', 'augmentation.3.random_noise.probability=1', 'augmentation.random_noise={}'],
      },
    ).diagnostics.map(({ code }) => code);
    expect(codes.sort()).toEqual(['bad-override', 'no-such-entry', 'no-such-entry']);
  });
});

describe('a base that several bases extend', () => {
  const texts = (child: string, a: string, b: string) => ({
    child,
    a: `extends: ./c\n${a}`,
    b: `extends: ./c\n${b}`,
    c: `${MINIMAL}training: { epochs: 2, batch_size: 4 }\naugmentation: [random_flip: { axes: [x] }]\n`,
  });

  it('does not undo through one of them what another makes of it', () => {
    const a =
      'training: { epochs: 3 }\narchitecture: { name: plain_unet }\naugmentation: { $append: [random_noise: {}] }\n';
    const b = 'training: { batch_size: 8 }\naugmentation: { $append: [random_gamma: {}] }\n';
    const both = resolveTexts(texts('extends: [./a, ./b]\n', a, b));
    expect(both.settings?.training).toMatchObject({ epochs: 3, batch_size: 8 });
    expect(both.settings?.architecture.name).toBe('plain_unet');
    expect(both.settings?.augmentation.map(step => Object.keys(step)[0])).toEqual([
      'random_flip',
      'random_noise',
      'random_gamma',
    ]);
    expect(both.origins.get('training.epochs')).toMatchObject({
      location: { file: '/c/a' },
      overrode: [{ location: { file: '/c/c' }, value: 2 }],
    });
    expect(both.diagnostics.filter(({ severity }) => severity !== 'information')).toEqual([]);
    expect(both.files.map(({ file }) => file)).toEqual(['/c/c', '/c/a', '/c/b', '/c/child']);
  });

  it('lets the later of two win that both say something', () => {
    const both = (order: string) =>
      resolveTexts(texts(`extends: ${order}\n`, 'training: { epochs: 3 }\n', 'training: { epochs: 5 }\n'));
    expect(both('[./a, ./b]').settings?.training).toMatchObject({ epochs: 5 });
    expect(both('[./b, ./a]').settings?.training).toMatchObject({ epochs: 3 });
  });

  it('stays below what extends it where it is named after it, which is told', () => {
    const named = (order: string) =>
      resolveTexts(texts(`extends: ${order}\n`, 'training: { epochs: 3 }\n', ''));
    const { settings, diagnostics } = named('[./a, ./c]');
    expect(settings?.training.epochs).toBe(3);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'already-inherited', location: { file: '/c/child', line: 1, column: 16 } },
    ]);
    expect(named('[./c, ./a]').diagnostics).toEqual([]);
  });
});

describe('names that look like numbers', () => {
  it('keep every digit, and all of how they are written', () => {
    const ids = '[007, 0x10, 1.0, 12345678901234567890, 42, a7, "08"]';
    const text = `${MINIMAL}  splits: { ids: { train: ${ids} } }\n`.replace(
      /(.*)(sampling.*?)( {2}splits.*)/s,
      '$1$3$2',
    );
    const { settings, diagnostics } = resolveTexts({ a: text });
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    expect(settings?.dataset.splits.ids?.train).toEqual([
      '007',
      '0x10',
      '1.0',
      '12345678901234567890',
      '42',
      'a7',
      '08',
    ]);
    const { settings: set } = resolveTexts({ a: text }, { set: ['dataset.splits.ids.train=[0012]'] });
    expect(set?.dataset.splits.ids?.train).toEqual(['0012']);
  });

  it('are numbers where numbers are meant', () => {
    const { settings } = resolveTexts({ a: `${MINIMAL}optimizer: { name: adam, learning_rate: 1e-2 }\n` });
    expect(settings?.optimizer.learning_rate).toBe(0.01);
  });
});

describe('paths', () => {
  it('are relative to the file that names them, those of --set to the working directory', () => {
    const texts = {
      'child.yaml': 'extends: sub/base.yaml\nplugins: {$append: [./mine.ts]}\n',
      'sub/base.yaml': `${MINIMAL}plugins: [./theirs.ts]\n`,
    };
    const { settings } = resolveTexts(texts);
    expect(settings?.dataset.path).toBe('/c/sub/data');
    expect(settings?.plugins).toEqual(['/c/sub/theirs.ts', '/c/mine.ts']);
    expect(resolveTexts(texts, { set: ['dataset.path=d'] }).settings?.dataset.path).toBe('/started/here/d');
  });
});
