import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeParser } from './training-clock.ts';

describe('the time of an event', () => {
  it('is read as Date does, whatever the days', () => {
    const parse = timeParser();
    const moment = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, date => {
        expect(parse(date.toISOString())).toBeCloseTo(date.getTime() / 1000, 6);
      }),
    );
  });

  it('may be written in other ways, and is not a number where it is no time', () => {
    expect(timeParser()('2026-03-01T10:00:00+01:00')).toBe(Date.UTC(2026, 2, 1, 9) / 1000);
    expect(timeParser()('yesterday')).toBeNaN();
  });
});
