import { describe, expect, it } from 'vitest';
import type { NewEvent, RunEvent } from './events.ts';
import { secondsAtWork, secondsUntil } from './time-at-work.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 25) + 1000 * second).toISOString();

describe('the time that a run was at work', () => {
  it('is that between start and end, or until now', () => {
    expect(secondsAtWork({ startedAt: at(0), finishedAt: at(60) })).toBe(60);
    expect(secondsAtWork({ startedAt: at(0) })).toBeUndefined();
    expect(secondsAtWork({ startedAt: at(0) }, at(7))).toBe(7);
  });

  it('leaves out the pause before it was gone on with', () => {
    const resumed = { at: at(10_000), secondsBefore: 40 };
    expect(secondsAtWork({ startedAt: at(0), finishedAt: at(10_020), resumed })).toBe(60);
  });

  it('does not fall where the clock of the machine was set back', () => {
    expect(secondsAtWork({ startedAt: at(60), finishedAt: at(0) })).toBe(0);
  });
});

describe('the time until a step', () => {
  const events = (...said: [second: number, event: object][]): RunEvent[] =>
    said.map(
      ([second, event], sequence) => ({ sequence, time: at(second), ...(event as NewEvent) }) as RunEvent,
    );
  const step = (done: number) => ({
    type: 'step',
    epoch: 0,
    step: done - 1,
    loss: 1,
    learningRate: 1,
    gradientNorm: 1,
    milliseconds: 1,
  });

  it('counts from the first event, and not what was done in vain', () => {
    const told = events(
      [100, { type: 'started', epochs: 4, stepsPerEpoch: 2 }],
      [110, step(1)],
      [120, step(2)],
      [130, step(3)],
    );
    expect(secondsUntil(told, 2)).toBe(20);
    expect(secondsUntil(told, 9)).toBe(30);
    expect(secondsUntil(told, 0)).toBe(0);
    expect(secondsUntil([], 3)).toBe(0);
  });

  it('leaves out the pauses of a run that was gone on with twice', () => {
    const told = events(
      [0, { type: 'started', epochs: 4, stepsPerEpoch: 2 }],
      [10, step(1)],
      [20, step(2)],
      [29, step(3)],
      [5000, { type: 'resumed', epoch: 1, step: 2 }],
      [5010, step(3)],
      [5020, step(4)],
      [90_000, { type: 'resumed', epoch: 2, step: 4 }],
      [90_010, step(5)],
    );
    expect(secondsUntil(told, 4)).toBe(40);
    expect(secondsUntil(told, 5)).toBe(50);
  });
});
