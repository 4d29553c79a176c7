import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeExpression } from './complete.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression } from './parse.ts';
import { ExpressionError } from './syntax.ts';
import { asValue, type Value } from './value.ts';

const volume = {
  kind: 'volume',
  data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  shape: [2, 2, 2],
  spacing: [3, 1, 1],
  holds: 'image',
} as const;
const labels = { ...volume, data: Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0), holds: 'labels' } as const;
const tensor = {
  shape: [2, 3],
  dtype: 'float32',
  dataSync: () => Float32Array.of(1, 2, 3, 4, 5, Number.NaN),
};
const names = new Map<string, () => Value>([
  ['epoch', () => 3],
  ['loss', () => 2.5],
  ['subject', () => 'patient 1'],
  ['input', () => asValue({ kind: 'group', values: { image: volume, labels } })],
  ['output', () => asValue(tensor)],
  ['dice', () => asValue({ kind: 'group', values: { anterior: 0.8, 'left lung': 0.9 } })],
  ['nothing', () => null],
]);
const value = (text: string) => evaluate(parseExpression(text), names);

describe('an expression', () => {
  it.each<[string, Value]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-2 - -3', 1],
    ['10 / 4 % 2', 0.5],
    ['epoch == 3 && loss > 2', true],
    ['epoch != 3 || loss < 2', false],
    ['!(epoch >= 3)', false],
    ['1e-3 < .01', true],
    ['subject == "patient 1"', true],
    ["'epoch ' + epoch", 'epoch 3'],
    ['nothing == null', true],
    ['dice.anterior', 0.8],
    ['dice["left lung"]', 0.9],
    ['input.image.mean', 4.5],
    ['input.mean', 4.5],
    ['mean(input)', 4.5],
    ['max(input.image[1])', 8],
    ['input.image[0][1][0]', 3],
    ['input.image[-1].min', 5],
    ['contains(input.labels, 2)', true],
    ['contains(input.labels, 1)', false],
    ['input.labels.nonzero', 1],
    ['output.nan', true],
    ['nan(input.image)', false],
    ['nan(loss)', false],
    ['output.shape', '[2, 3]'],
    ['output[0].sum', 6],
    ['sqrt(abs(-9))', 3],
    ['round(loss)', 3],
  ])('%s is %j', (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it('has the deviation that NumPy gives', () => {
    // numpy.std(numpy.arange(1, 9)) = 2.29128784747792
    expect(value('std(input.image)')).toBeCloseTo(2.29128784747792, 12);
  });

  it.each([
    ['epoch ==', 'a value is missing before the end (at character 9)'],
    ['(epoch', '`)` is missing before the end (at character 7)'],
    ['a b', '`b` has no meaning here (at character 3)'],
    ['3 @ 4', '`@` has no meaning here (at character 3)'],
    ['output[', 'a value is missing before the end (at character 8)'],
    ['epok', 'there is nothing called `epok` here; did you mean `epoch`?'],
    ['meen(output)', 'there is no function `meen`; did you mean `mean`?'],
    ['subject + ', 'a value is missing before the end (at character 11)'],
    ['subject * 2', 'a number is needed, and this is a text'],
    ['output[9]', 'there is no 9 in an axis of 2'],
    ['epoch.mean', 'a number has no `mean`'],
    ['dice.anteror', 'it has no `anteror`; did you mean `anterior`?'],
    ['mean(1, 2)', '`mean` takes one value'],
  ])('%s: %s', (text, message) => {
    expect(() => value(text)).toThrow(ExpressionError);
    expect(() => value(text)).toThrow(message);
  });

  it('cannot reach anything but the names it is given', () => {
    for (const text of [
      'constructor',
      '__proto__',
      'toString()',
      'epoch.constructor',
      'dice.__proto__',
      'process',
    ])
      expect(() => value(text)).toThrow(ExpressionError);
  });

  it('of any text is a value or an error of its own kind', () => {
    const pieces = fc.constantFrom(
      'epoch',
      'input',
      '.',
      'mean',
      '(',
      ')',
      '[',
      ']',
      '1',
      '+',
      '==',
      '"',
      '!',
      '-',
      ' ',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map(parts => parts.join('')),
        ),
        text => {
          try {
            value(text);
          } catch (error) {
            expect(error).toBeInstanceOf(ExpressionError);
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('of whole numbers computes as JavaScript does', () => {
    const expression: fc.Arbitrary<string> = fc.letrec<{ e: string }>(tie => ({
      e: fc.oneof(
        { maxDepth: 5 },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc
          .tuple(tie('e'), fc.constantFrom('+', '-', '*', '<', '>=', '==='), tie('e'))
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
      ),
    })).e;
    fc.assert(
      fc.property(expression, text => {
        const expected = new Function(`return ${text}`)() as number | boolean;
        const ours = evaluate(parseExpression(text.replaceAll('===', '==')), names);
        // JavaScript's === tells 1 from true, and so do we.
        expect(ours).toBe(expected);
      }),
    );
  });
});

describe('completion', () => {
  it.each([
    ['ep', ['epoch']],
    ['loss > 2 && in', ['input']],
    ['dice.', ['anterior', 'left lung']],
    ['output[0].me', ['mean']],
    ['unknown.', []],
  ])('after %s gives %j', (text, expected) => {
    expect(completeExpression(text, names)).toEqual(expected);
  });
});
