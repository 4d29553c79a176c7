import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvents, validEvents } from '../../../src/contracts/event-history.ts';
import type { NewEvent } from '../../../src/contracts/events.ts';
import { RunStore } from './run-store.ts';

let sequence = 0;
const line = (event: NewEvent, seconds = 0) =>
  JSON.stringify({
    sequence: sequence++,
    time: new Date(Date.UTC(2026, 2, 1, 9) + seconds * 1000).toISOString(),
    ...event,
  });
const step = (at: number, loss: number | null = at): NewEvent => ({
  type: 'step',
  epoch: Math.floor(at / 2),
  step: at,
  loss,
  learningRate: 0.1,
  gradientNorm: 1,
  milliseconds: 5,
});
const metric = (at: number, value: number, name = 'Dice/liver'): NewEvent => ({
  type: 'metric',
  epoch: at / 2 - 1,
  step: at,
  split: 'validation',
  name,
  value,
});

function storeOf(text: string, chunk = text.length): RunStore {
  const bytes = new TextEncoder().encode(text);
  const store = new RunStore();
  for (let offset = 0; offset < bytes.length; offset += chunk) {
    store.append(offset, bytes.slice(offset, offset + chunk));
  }
  return store;
}
const losses = (store: RunStore) => [...store.steps.column('loss').values];

describe('what is read of a run', () => {
  it('holds every step, and missing values as such', () => {
    const store = storeOf(`${[step(0), step(1, null), step(2)].map(event => line(event)).join('\n')}\n`);
    expect(losses(store)).toEqual([0, Number.NaN, 2]);
    expect([...store.steps.at.values]).toEqual([1, 2, 3]);
    expect(store.steps.column('stepsPerSecond').at(0)).toBe(200);
  });

  it('is the same whatever the chunks, even where they cut a character in two', () => {
    const text = `${[step(0), { type: 'log', message: 'Größe · 大' } as const, step(1)].map(event => line(event)).join('\n')}\n`;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), chunk => {
        const store = storeOf(text, chunk);
        expect(losses(store)).toEqual([0, 1]);
        expect(store.messages.map(({ message }) => message)).toEqual(['Größe · 大']);
        expect(store.brokenLines).toBe(0);
      }),
    );
  });

  it('leaves out what is broken or of a later version, and says so', () => {
    const later = '{"sequence":1,"time":"2026-03-01T09:00:00Z","type":"hologram","step":3}';
    const broken = ['nonsense', '{"type":', '7', '{"type":"step","step":"three"}'];
    const store = storeOf(`${[line(step(0)), ...broken, later, line(step(1))].join('\n')}\n{"half`);
    expect(losses(store)).toEqual([0, 1]);
    expect(store.brokenLines).toBe(4);
    expect([...store.unknownEvents]).toEqual([['hologram', 1]]);
  });

  it('begins anew at offset 0', () => {
    const store = storeOf(`${line(step(0))}\n`);
    store.append(0, new TextEncoder().encode(`${line(step(0, 7))}\n`));
    expect(losses(store)).toEqual([7]);
  });

  it('voids steps that a resumed run does again, as readers of the whole history do', () => {
    const at = fc.integer({ min: 0, max: 12 });
    const part = fc.record({ from: at, steps: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), parts => {
        const lines: string[] = [line({ type: 'started', epochs: 10, stepsPerEpoch: 2 })];
        let done = 0;
        for (const [index, { from, steps }] of parts.entries()) {
          if (index > 0) {
            done = Math.min(from, done);
            lines.push(line({ type: 'resumed', epoch: Math.floor(done / 2), step: done }));
          }
          for (let time = 0; time < steps; time++, done++) {
            lines.push(line(step(done, index * 100 + done)));
            if (done % 2 === 1) {
              lines.push(line(metric(done + 1, index)));
              const path = `checkpoints/${index}`;
              lines.push(line({ type: 'checkpoint', epoch: 0, step: done + 1, path, best: false }));
            }
          }
        }
        const text = `${lines.join('\n')}\n`;
        const store = storeOf(text);
        const valid = validEvents(parseEvents(text));
        expect(losses(store)).toEqual(valid.flatMap(event => (event.type === 'step' ? [event.loss] : [])));
        expect([...(store.metrics.get('validation/Dice/liver')?.table.column('value').values ?? [])]).toEqual(
          valid.flatMap(event => (event.type === 'metric' ? [event.value] : [])),
        );
        expect(store.checkpoints.map(({ path }) => path)).toEqual(
          valid.flatMap(event => (event.type === 'checkpoint' ? [event.path] : [])),
        );
        const { at: places } = store.steps;
        expect([...places.values]).toEqual([...places.values].sort((a, b) => a - b));
      }),
    );
  });

  it('counts seconds of training, without the pause before a resumption and what was done in vain', () => {
    const lines = [
      line(step(0), 0),
      line(step(1), 10),
      line(step(2), 20),
      line({ type: 'resumed', epoch: 1, step: 2 }, 5000),
      line(step(2), 5007),
    ];
    expect([...storeOf(`${lines.join('\n')}\n`).steps.seconds.values]).toEqual([0, 10, 17]);
  });

  it('shows what the finished model reaches on the test split, and nothing of it among the validations', () => {
    const result = (split: 'validation' | 'test', value: number) =>
      line({ type: 'result', split, name: 'Dice/AverageAcrossStructures', value });
    const store = storeOf(`${[line(step(0)), result('validation', 0.3), result('test', 0.8)].join('\n')}\n`);
    expect([...store.metrics.keys()]).toEqual(['test/Dice/AverageAcrossStructures']);
    expect(store.metrics.values().next().value!.table.column('value').at(0)).toBe(0.8);
  });
});
