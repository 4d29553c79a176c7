import { describe, expect, it } from 'vitest';
import type { ProbePoint } from '../foundation/probe.ts';
import { asking, InspectedTraining } from './testing.ts';

const BATCH = { name: 'batch 1', setting: 'training', values: { step: 7 } } as const;
const EPOCH = { name: 'epoch 2', setting: 'training.epochs', values: { epoch: 2 } } as const;
const point = (setting: string, values: () => ReturnType<ProbePoint['values']> = () => ({})): ProbePoint => ({
  setting,
  values,
});
const names = (training: InspectedTraining, thread: 1 | 2 = 1) =>
  training.stops.map(({ frames }) => frames[thread].map(({ name }) => name));

describe('the inspector', () => {
  it('shows a failure in what was under way, not at the node that was done before it', () => {
    const training = new InspectedTraining({ filters: ['error'] });
    const probe = training.inspector.probe(1);
    probe.enter(EPOCH);
    probe.enter(BATCH);
    probe.at(point('architecture'));
    const error = new Error('no such thing');
    probe.failed(error);
    training.inspector.failed(1, error);
    expect(names(training)).toEqual([['batch 1', 'epoch 2']]);
    expect(training.stops[0]!.exception).toEqual({
      filter: 'error',
      message: 'no such thing (after architecture)',
    });
  });

  it('names no node of another frame as the one before', () => {
    const training = new InspectedTraining({ filters: ['error'] });
    const probe = training.inspector.probe(1);
    probe.at(point('schedule'));
    probe.enter(BATCH);
    probe.failed(new Error('first thing'));
    expect(training.stops[0]!.exception!.message).toBe('first thing');
  });

  it('says why a node shows nothing, instead of failing in its place', () => {
    const training = new InspectedTraining({ breakpoints: [{ id: 1, setting: 'loss.components[0]' }] });
    training.onStop = ({ frames }) => [
      asking(1, 'scopes', { frame: frames[1][0]!.id }),
      asking(2, 'variables', { reference: 1 }),
    ];
    const disposed = () => {
      throw new Error('Tensor is disposed.');
    };
    expect(() => training.inspector.probe(1).at(point('loss.components[0]', disposed))).not.toThrow();
    expect(training.answerTo(2)).toMatchObject([
      { name: 'values', value: expect.stringContaining('Tensor is disposed') },
    ]);
  });

  it('reads expressions in the frame that they are asked in', () => {
    const training = new InspectedTraining({ breakpoints: [{ id: 1, setting: 'optimizer' }] });
    const evaluated = (id: number, expression: string, frame?: number) =>
      asking(id, 'evaluate', { expression, ...(frame !== undefined && { frame }) });
    training.onStop = ({ frames }) => {
      const [node, batch, epoch] = frames[1].map(({ id }) => id);
      const [loader] = frames[2].map(({ id }) => id);
      return [
        evaluated(1, 'norm', node),
        evaluated(2, 'norm', batch),
        evaluated(3, 'step', batch),
        evaluated(4, 'step', epoch),
        evaluated(5, 'epoch', epoch),
        evaluated(6, 'subject', loader),
        evaluated(7, 'norm'),
        asking(8, 'complete', { text: 'ste', frame: epoch }),
        asking(9, 'complete', { text: 'ste', frame: batch }),
      ];
    };
    training.inspector.probe(2).enter({ name: 'A7', setting: 'dataset' });
    const probe = training.inspector.probe(1);
    probe.enter(EPOCH);
    probe.enter(BATCH);
    probe.at(point('optimizer', () => ({ norm: 3 })));
    const values = [1, 2, 3, 4, 5, 6, 7].map(id => {
      const answer = training.answerTo(id);
      return typeof answer === 'string' ? 'refused' : (answer as { value: string }).value;
    });
    expect(values).toEqual(['3', 'refused', '7', 'refused', '2', 'A7', '3']);
    expect([training.answerTo(8), training.answerTo(9)]).toEqual([[], ['step']]);
  });

  it('pauses at the next node, and once', () => {
    const training = new InspectedTraining();
    const probe = training.inspector.probe(1);
    probe.at(point('sampling'));
    training.coming.push({ type: 'pause' });
    probe.at(point('loss'));
    probe.at(point('optimizer'));
    expect(training.stops.map(({ reason, frames }) => [reason, frames[1][0]!.name])).toEqual([
      ['pause', 'loss'],
    ]);
  });

  it('asks for an end and stops no more when it is told to', () => {
    const training = new InspectedTraining({ breakpoints: [{ id: 1, setting: 'loss' }] });
    training.onStop = () => [{ type: 'abort' }];
    training.inspector.probe(1).at(point('loss'));
    training.inspector.probe(1).at(point('loss'));
    expect([training.stops.length, training.aborted]).toEqual([1, [true]]);
  });
});
