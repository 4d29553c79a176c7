import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUid, uid } from './uid.ts';
import { cieLab, decimalString, limited, rgb } from './values.ts';

describe('values of DICOM', () => {
  it('decimal strings have at most 16 characters and lose next to nothing', () => {
    const numbers = fc.double({ noNaN: true, min: -1e300, max: 1e300 });
    fc.assert(
      fc.property(numbers, value => {
        const text = decimalString(value);
        expect(text.length).toBeLessThanOrEqual(16);
        expect(text).toMatch(/^-?\d+(\.\d+)?(e[+-]\d+)?$/);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-7 + 1e-12);
      }),
      { numRuns: 2000 },
    );
    expect(decimalString(-97.169817923123)).toBe('-97.169817923123');
    expect(decimalString(-0.00001, 4)).toBe('0');
    expect(decimalString(12.5, 4)).toBe('12.5');
    expect(() => decimalString(Number.NaN)).toThrow('decimal string');
  });

  it('texts are cut to what their representation allows, and separate nothing', () => {
    expect(limited('SH', 'a very long name of a model')).toBe('a very long name');
    expect(limited('LO', 'a\\b\u0007')).toBe('a b');
  });

  it('unique identifiers are valid, and those of a text the same each time', () => {
    for (const made of [newUid(), newUid(), uid('key', '1.2.3')]) {
      expect(made).toMatch(/^2\.25\.(0|[1-9]\d*)$/);
      expect(made.length).toBeLessThanOrEqual(64);
    }
    expect(uid('key', '1.2.3')).toBe(uid('key', '1.2.3'));
    expect(uid('key', '1.2.3')).not.toBe(uid('other', '1.2.3'));
  });

  it('colours are those of the standard', () => {
    expect(rgb('#e6194b')).toEqual([230, 25, 75]);
    // L* 100, a* 0, b* 0, and L* 0: PS3.3, C.10.7.1.1.
    const [l, a, b] = cieLab('#ffffff');
    expect(l).toBe(65535);
    expect([a, b].map(value => Math.abs(value - 32896) < 20)).toEqual([true, true]);
    expect(cieLab('#000000')[0]).toBe(0);
  });
});
