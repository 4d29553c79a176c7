import { describe, expect, it } from 'vitest';
import type { ScalarRow } from '../../evaluation/scalar/row.ts';
import { combineOutputs, meanThresholds } from './combine-outputs.ts';

const CLASSES = ['benign', 'malignant', 'none'];
const folders = ['one', 'two', 'three'];
const majority = { method: 'majority', weights: [1, 1, 1] } as const;

/** What a member says of one subject. */
const member = (...posteriors: readonly number[]): ScalarRow[] =>
  posteriors.map((output, at) => ({ subject: 's1', target: CLASSES[at]!, output, label: Number(at === 1) }));

describe('outputs of several members', () => {
  it('have the votes of each for its most probable class, where classes exclude each other', () => {
    // No posterior reaches one half: two members choose the second class all the same.
    const members = [member(0.3, 0.4, 0.3), member(0.2, 0.45, 0.35), member(0.45, 0.3, 0.25)];
    const joint = combineOutputs(members, majority, folders, true).map(({ output }) => output);
    expect(joint[1]).toBeGreaterThan(0.5);
    expect(joint[1]! - joint[0]!).toBeGreaterThan(0.25);
    expect(joint.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  it('have a vote for each class by itself, where classes do not exclude each other', () => {
    const members = [member(0.6, 0.7), member(0.6, 0.2), member(0.1, 0.1)];
    const joint = combineOutputs(members, majority, folders, false).map(({ output }) => output);
    expect(joint[0]).toBeCloseTo((2 + 1.3 / 3) / 4);
    expect(joint[1]).toBeCloseTo((1 + 1 / 3) / 4);
  });

  it('have the mean of the thresholds that members chose; none where none did', () => {
    const scoring = (a: number | null) => ({
      temperature: 1,
      thresholds: { a },
      calibration_error: { before: 0, after: 0 },
    });
    expect(meanThresholds([scoring(0.4), scoring(0.8), scoring(null), undefined]).get('a')).toBeCloseTo(0.6);
    expect(meanThresholds([scoring(null), undefined]).size).toBe(0);
  });
});
