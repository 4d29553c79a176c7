import { describe, expect, it } from 'vitest';
import { installStep } from './install-step.ts';
import { needsNoEngine, trainingArguments } from './training-arguments.ts';

describe('arguments of a training', () => {
  it('are those of innereye train', () => {
    const overrides = ['training.epochs=3', 'name=a b'];
    const options = { maxMinutes: 2, overrides, tags: ['site=B'] };
    expect(trainingArguments('/c.innereye.yaml', '/o', options)).toEqual([
      ...['train', '/c.innereye.yaml', '--output', '/o', '--max-minutes', '2'],
      ...['--set', 'training.epochs=3', '--set', 'name=a b', '--tag', 'site=B'],
    ]);
    expect(trainingArguments('/c.innereye.yaml', '/o', { ...options, resume: '/o/r' })).toEqual([
      ...['train', '/c.innereye.yaml', '--output', '/o', '--resume', '/o/r'],
    ]);
    expect(trainingArguments('/c.innereye.yaml', '/o', { maxMinutes: 2, crossValidation: 5 })).toEqual([
      ...['train', '/c.innereye.yaml', '--output', '/o', '--cross-validation', '5'],
    ]);
  });
});

describe('the engine', () => {
  it.each([
    ['training: { device: javascript }', [], true],
    ['training:\n  device: "javascript"', [], true],
    ['# device: javascript', [], false],
    ['training: { device: cpu }', [], false],
    ['training: { device: javascript }', ['training.device=cpu'], false],
    ['', ['training.device=javascript'], true],
  ])('is not needed for %j with %j: %s', (text, overrides, expected) => {
    expect(needsNoEngine(text, { overrides })).toBe(expected);
  });
});

describe('a line of the installation', () => {
  it.each([
    [
      '{"step":"downloading","item":"tensorflow-cpu==2.21.0","doneBytes":70000000,"totalBytes":280000000}',
      { message: 'downloading tensorflow-cpu==2.21.0: 70 of 280 MB', percent: 25 },
    ],
    ['{"step":"unpacking","item":"tensorflow-cpu==2.21.0"}', { message: 'unpacking tensorflow-cpu==2.21.0' }],
    ['{"step":"done","folder":"/x"}', undefined],
    ['Looking in indexes', undefined],
  ])('%s', (line, expected) => expect(installStep(line)).toEqual(expected));
});
