import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../contracts/events.ts';
import { writeEpochMetrics } from './epoch-metrics.ts';

const epoch = (at: number, loss: number) =>
  ({ type: 'epoch', epoch: at, step: 4 * (at + 1), loss, learningRate: 0.1, seconds: 1 }) as RunEvent;
const metric = (at: number, split: 'train' | 'validation', name: string, value: number | null) =>
  ({ type: 'metric', epoch: at, step: 4 * (at + 1), split, name, value }) as RunEvent;

describe('the metrics of epochs', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-epoch-metrics-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (split: string) => readFileSync(join(folder, split, 'epoch_metrics.csv'), 'utf8');
  const write = (events: RunEvent[], train: string[]) =>
    writeEpochMetrics(folder, events, {
      metrics: { train, validation: ['r2_score'] },
      subjects: { train: 8, validation: 2 },
      fold: 1,
    });

  it('have loss and rate of each epoch, also where its training data are not measured', async () => {
    await write([epoch(0, 3), epoch(1, 2), metric(1, 'validation', 'r2_score', 0.5)], []);
    expect(read('Train')).toBe(
      'subject_count,loss,learning_rate,epoch,cross_validation_split_index\n8,3,0.1,0,1\n8,2,0.1,1,1\n',
    );
    expect(read('Val')).toBe('subject_count,r2_score,epoch,cross_validation_split_index\n2,0.5,1,1\n');
  });

  it('have one column with the count of subjects, though it is measured too', async () => {
    await write([epoch(0, 3), metric(0, 'train', 'subject_count', 8)], ['subject_count', 'r2_score']);
    expect(read('Train').split('\n')[0]).toBe(
      'subject_count,loss,learning_rate,r2_score,epoch,cross_validation_split_index',
    );
  });

  it('leave empty what was not measured', async () => {
    await write(
      [epoch(0, 3), epoch(1, 2), metric(1, 'train', 'r2_score', null)],
      ['r2_score', 'loss_of_all'],
    );
    expect(read('Train')).toContain('\n8,3,0.1,,,0,1\n8,2,0.1,,,1,1\n');
    expect(existsSync(join(folder, 'Val'))).toBe(false);
  });
});
