import { describe, expect, it } from 'vitest';
import { ActiveBreakpoint } from './conditions.ts';
import type { Value } from './expressions/value.ts';

const names = (values: Record<string, Value>) =>
  new Map(Object.entries(values).map(([name, value]) => [name, () => value]));
const breakpoint = (more: object) => new ActiveBreakpoint({ id: 1, setting: 'loss', ...more });
/** At which of ten passes it stops. */
const stops = (more: object) => {
  const active = breakpoint(more);
  return Array.from({ length: 10 }, (_, index) => index + 1).filter(
    step => active.react(names({ step })).kind === 'stop',
  );
};

describe('a breakpoint', () => {
  it('stops at each pass, where its condition holds, and as its hit count says', () => {
    expect(stops({})).toHaveLength(10);
    expect(stops({ condition: 'step > 7' })).toEqual([8, 9, 10]);
    expect(stops({ hitCondition: '9' })).toEqual([9, 10]);
    expect(stops({ hitCondition: '== 4' })).toEqual([4]);
    expect(stops({ hitCondition: '% 5' })).toEqual([5, 10]);
    expect(stops({ hitCondition: '<= 2' })).toEqual([1, 2]);
    // Only passes where the condition holds are hits.
    expect(stops({ condition: 'step % 2 == 0', hitCondition: '== 3' })).toEqual([6]);
  });

  it('prints instead of stopping where it is a logpoint', () => {
    const active = breakpoint({ logMessage: 'loss={loss}, {1 + 1} {unknown}' });
    expect(active.react(names({ loss: 0.1 + 0.2 }))).toEqual({
      kind: 'log',
      text: 'loss=0.3, 2 <there is nothing called `unknown` here; there are: loss>',
    });
  });

  it('is refused where it cannot be read', () => {
    expect(() => breakpoint({ condition: 'a ==' })).toThrow(/value is missing/);
    expect(() => breakpoint({ hitCondition: 'often' })).toThrow(/hit count/);
    expect(() => breakpoint({ logMessage: 'loss={loss +}' })).toThrow(/value is missing/);
  });

  it('looks into the blocks of a network where its condition names one', () => {
    expect(breakpoint({ condition: 'block == "encoder/0"' }).looksInside).toBe(true);
    expect(breakpoint({ condition: 'blocks == 1' }).looksInside).toBe(false);
  });
});
