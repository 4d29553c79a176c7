import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isStop } from './stop.ts';

describe('what is thrown after a stop was asked for', () => {
  const controller = new AbortController();
  const both = AbortSignal.any([controller.signal, new AbortController().signal]);
  const waiting = sleep(60_000, undefined, { signal: controller.signal }).catch((error: unknown) => error);
  controller.abort(new Error('stopped'));

  it('is the stop where it is its reason or a call that was given up', async () => {
    expect(isStop(controller.signal.reason, controller.signal)).toBe(true);
    expect(isStop(controller.signal.reason, both)).toBe(true);
    expect(isStop(await waiting, both)).toBe(true);
  });

  it('is an error where it is anything else, or nobody asked', () => {
    expect(isStop(new Error('the disk is full'), controller.signal)).toBe(false);
    expect(isStop(undefined, new AbortController().signal)).toBe(false);
    expect(isStop(new DOMException('', 'AbortError'), new AbortController().signal)).toBe(false);
  });
});
