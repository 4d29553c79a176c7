import { describe, expect, it } from 'vitest';
import { readPredictions } from './prediction-result.ts';

const pair = (name: string) => ({ input: `/d/${name}.nii`, labels: `/p/${name}/segmentation.nii.gz` });
const error = 'error: the file is damaged\n  at /d/b.nii\n  Copy it again.';
const said = (predictions: string[], failed: string[]) =>
  JSON.stringify({
    predictions: predictions.map(pair),
    failed: failed.map(id => ({ id, errors: [error] })),
  });

describe('what a prediction said', () => {
  it('is which scan got which labels', () => {
    expect(readPredictions(said(['a', 'c'], []))).toEqual({ predictions: [pair('a'), pair('c')] });
  });

  it('keeps the others where a scan failed, and says which did and why', () => {
    const { predictions, failure } = readPredictions(said(['a', 'c'], ['b']));
    expect(predictions).toEqual([pair('a'), pair('c')]);
    expect(failure).toMatchObject({
      message: '1 of 3 scans are not predicted; b: the file is damaged',
      place: { file: '/d/b.nii' },
      remedy: 'Copy it again.',
    });
  });

  it('is a fault where none was predicted', () => {
    expect(() => readPredictions(said([], ['b']))).toThrow(/^the file is damaged$/);
    expect(() => readPredictions(said([], ['b', 'd']))).toThrow('2 of 2 scans');
  });
});
