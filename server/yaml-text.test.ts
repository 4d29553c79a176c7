import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { blockLines, flowText, nameText, settingLines } from './yaml-text.ts';

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    'true',
    'Null',
    'no',
    '1e3',
    '.inf',
    '0x1f',
    '-',
    '~',
    'a: b',
    'a #b',
    '- a',
    '[',
    'x\ny',
    ' a',
    'liver left',
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter(value => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ minLength: 1, maxLength: 12 }).filter(key => key !== '__proto__' && key !== '<<'),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
}));

describe('values as YAML', () => {
  test('are read back the same, on one line and on several', () => {
    fc.assert(
      fc.property(value, one => {
        expect(parse(flowText(one))).toEqual(one);
        expect(parse(settingLines('key', one, '').join('\n'))).toEqual({ key: one });
        expect(parse(`key:\n${blockLines({ one }, '    ').join('\n')}`)).toEqual({ key: { one } });
      }),
      { numRuns: 300 },
    );
  });

  test('are written as in the examples', () => {
    expect(flowText({ name: 'unet3d', strides: [[1, 2, 2]], on: true })).toBe(
      '{ name: unet3d, strides: [[1, 2, 2]], on: true }',
    );
    expect(
      settingLines(
        'loss',
        { name: 'mixture', components: [{ name: 'focal', gamma: 2 }, { random_flip: { axes: ['x'] } }] },
        '',
      ),
    ).toEqual([
      'loss:',
      '  name: mixture',
      '  components:',
      '    - { name: focal, gamma: 2 }',
      '    - random_flip: { axes: [x] }',
    ]);
    expect(nameText('left kidney')).toBe('left kidney');
    expect(nameText('true')).toBe('"true"');
  });
});
