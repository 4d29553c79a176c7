import type { Check, CheckFinding } from './check.ts';

/** Shares of the splits, and subjects that would be in two of them. */
export const splits: Check = ({ dataset: { splits } }) => {
  const path = ['dataset', 'splits'];
  const findings: CheckFinding[] = [];
  const { train, validation, test, ids, file } = splits;
  const sum = train + validation + test;
  if (ids === undefined && file === undefined && sum > 1 + 1e-6) {
    findings.push({
      severity: 'error',
      code: 'splits-sum',
      message: `the shares of the splits add up to ${Number(sum.toFixed(4))}, more than 1`,
      remedy: 'Lower `train`, `validation` or `test`; left out, they are 0.8, 0.1 and 0.1.',
      path,
      atKey: true,
    });
  }
  if (ids === undefined && file === undefined && train === 0) {
    findings.push({
      severity: 'error',
      code: 'nothing-to-train-on',
      message: 'no subjects are left to train on',
      remedy: 'Give `train` a share above 0.',
      path: [...path, 'train'],
    });
  }
  if (ids !== undefined && file !== undefined) {
    findings.push({
      severity: 'error',
      code: 'two-splits',
      message: '`ids` and `file` both say how to split',
      remedy: 'Keep one of them.',
      path: [...path, 'file'],
      atKey: true,
      related: [{ message: 'the other one', path: [...path, 'ids'] }],
    });
  }
  const seen = new Map<string, (string | number)[]>();
  for (const name of ['train', 'validation', 'test'] as const) {
    ids?.[name]?.forEach((subject, index) => {
      const at = [...path, 'ids', name, index];
      const earlier = seen.get(subject);
      if (earlier !== undefined) {
        findings.push({
          severity: 'error',
          code: 'subject-in-two-splits',
          message: `subject ${subject} is named twice`,
          remedy: 'A subject belongs to one split, or results on it mean nothing.',
          path: at,
          related: [{ message: 'named here before', path: earlier }],
        });
      }
      seen.set(subject, at);
    });
  }
  return findings;
};
