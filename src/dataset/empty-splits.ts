import type { TaskData } from '../config/schema/configuration.ts';
import { SPLIT_NAMES } from './assignment.ts';
import type { Dataset, Finding, Split } from './dataset.ts';

/** Warns of each split that has no subjects although its share is above 0, and of a calibration that nothing is left for. */
export function emptySplits({ folder }: Dataset, split: Split, settings: TaskData): Finding[] {
  const { splits } = settings.dataset;
  const place = { file: folder };
  const byShares = splits.ids === undefined && splits.file === undefined;
  const findings: Finding[] = SPLIT_NAMES.filter(
    name => byShares && splits[name] > 0 && split[name].length === 0,
  ).map(name => ({
    severity: 'warning',
    message: `the split ${name} has no subjects, though its share is ${splits[name]}: there are too few ${splits.group_by === 'subject' ? 'of them' : `groups of the column "${splits.group_by}"`}`,
    place,
    remedy:
      splits.group_by === 'subject'
        ? 'Add subjects, or set the share to 0 if that is meant.'
        : 'Groups are not divided: choose another column in dataset.splits.group_by, or set the share to 0 if that is meant.',
  }));
  const { evaluation } = settings;
  if (evaluation && 'calibration' in evaluation && evaluation.calibration !== 'none') {
    if (split.validation.length === 0) {
      findings.push({
        severity: 'warning',
        message: `evaluation.calibration: ${evaluation.calibration} has no effect, for there are no validation subjects to calibrate on`,
        place,
        remedy: 'Give dataset.splits.validation subjects, or leave the calibration out.',
      });
    }
  }
  return findings;
}
