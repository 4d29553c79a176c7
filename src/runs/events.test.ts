import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEvents, validEvents } from '../contracts/event-history.ts';
import type { NewEvent } from '../contracts/events.ts';
import { EventWriter } from './event-writer.ts';

const step = (at: number, loss: number): NewEvent => ({
  type: 'step',
  epoch: Math.floor(at / 2),
  step: at,
  loss,
  learningRate: 0.1,
  gradientNorm: 1,
  milliseconds: 5,
});

describe('the event stream', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-events-'));
    file = join(folder, 'events.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('numbers events and goes on where an earlier writer stopped', () => {
    const first = new EventWriter(file);
    first.emit({ type: 'started', epochs: 2, stepsPerEpoch: 2 });
    first.close();
    const second = new EventWriter(file);
    expect(second.earlier.map(event => event.type)).toEqual(['started']);
    second.emit(step(0, 1));
    second.close();
    expect(parseEvents(readFileSync(file, 'utf8')).map(event => event.sequence)).toEqual([0, 1]);
  });

  it('cuts off the half line of a writer that was killed', () => {
    const first = new EventWriter(file);
    first.emit(step(0, 1));
    first.close();
    appendFileSync(file, '{"sequence":1,"type":"st');
    const second = new EventWriter(file);
    second.emit(step(1, 2));
    second.close();
    const events = parseEvents(readFileSync(file, 'utf8'));
    expect(events.map(event => event.sequence)).toEqual([0, 1]);
    expect(readFileSync(file, 'utf8').endsWith('\n')).toBe(true);
  });

  it('holds each step once after a run was resumed from a checkpoint', () => {
    const writer = new EventWriter(file);
    writer.emit({ type: 'started', epochs: 2, stepsPerEpoch: 2 });
    for (const at of [0, 1]) writer.emit(step(at, 1));
    writer.emit({ type: 'checkpoint', epoch: 1, step: 2, path: 'a', best: true });
    for (const at of [2, 3]) writer.emit(step(at, 9));
    writer.emit({ type: 'metric', epoch: 1, step: 4, split: 'train', name: 'Dice', value: 0.1 });
    writer.emit({ type: 'resumed', epoch: 1, step: 2 });
    for (const at of [2, 3]) writer.emit(step(at, 2));
    writer.close();
    const valid = validEvents(parseEvents(readFileSync(file, 'utf8')));
    expect(valid.flatMap(event => (event.type === 'step' ? [event.loss] : []))).toEqual([1, 1, 2, 2]);
    expect(valid.some(event => event.type === 'metric')).toBe(false);
    expect(valid.some(event => event.type === 'checkpoint')).toBe(true);
  });

  it('is read past lines that are broken or of a later version', () => {
    const text =
      '{"type":"future","sequence":0,"time":"t"}\nnonsense\n{"sequence":2,"time":"t","type":"log","message":"m"}\n{"seq';
    expect(parseEvents(text).map(event => event.type)).toEqual(['log']);
  });
});
