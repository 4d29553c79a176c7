import { describe, expect, it } from 'vitest';
import { describeFindings, type Told } from './grouped-findings.ts';

const empty = (structure: string, subject: string): Told => ({
  severity: 'warning',
  message: `the structure "${structure}" is empty`,
  place: { file: `${subject}.nii`, subject },
  remedy: 'Check it.',
});
const broken: Told = { severity: 'error', message: 'the file is empty', place: { file: 'x.nii' } };

describe('findings for a terminal', () => {
  it('are told one by one while they are few, errors first', () => {
    expect(describeFindings([empty('liver', 'a'), broken])).toEqual([
      'error: the file is empty\n  at x.nii',
      'warning: the structure "liver" is empty\n  at a.nii, subject a\n  Check it.',
    ]);
  });

  it('are told together where they are many and alike', () => {
    const many = Array.from({ length: 100 }, (_, index) => empty('liver', `s${index}`));
    expect(describeFindings(many)).toEqual([
      [
        'warning, 100 times: the structure "liver" is empty',
        '  at s0.nii, subject s0',
        '  at s1.nii, subject s1',
        '  at s2.nii, subject s2',
        '  and 97 more (--all shows them)',
        '  Check it.',
      ].join('\n'),
    ]);
    expect(describeFindings(many, true)).toHaveLength(100);
  });

  it('show what differs between messages of one kind', () => {
    const [text, ...others] = describeFindings(['a', 'b', 'c', 'd'].map(name => empty(name, '1')));
    expect(others).toEqual([]);
    expect(text).toMatch(
      /^warning, 4 times: the structure "…" is empty\n {2}the structure "a" is empty at 1\.nii/,
    );
  });
});
