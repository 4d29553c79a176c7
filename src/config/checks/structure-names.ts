import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check, CheckFinding } from './check.ts';

/** Structures are told apart by name and label. */
export const structureNames: Check<SegmentationConfiguration> = ({ dataset: { structures } }) => {
  const findings: CheckFinding[] = [];
  structures.forEach(({ name, label }, index) => {
    const path = ['dataset', 'structures', index];
    const sameName = structures.findIndex(other => other.name === name);
    if (sameName < index) {
      findings.push({
        severity: 'error',
        code: 'duplicate-structure',
        message: `there are two structures named \`${name}\``,
        remedy: 'Give each structure a name of its own.',
        path: [...path, 'name'],
        related: [{ message: 'the other one', path: ['dataset', 'structures', sameName, 'name'] }],
      });
    }
    const sameLabel = structures.findIndex(other => label !== undefined && other.label === label);
    if (sameLabel !== -1 && sameLabel < index) {
      findings.push({
        severity: 'error',
        code: 'duplicate-label',
        message: `\`${structures[sameLabel].name}\` and \`${name}\` have the same label ${label}`,
        remedy: 'Give each structure the value that it has in the label maps.',
        path: [...path, 'label'],
        related: [{ message: 'the other one', path: ['dataset', 'structures', sameLabel, 'label'] }],
      });
    }
    if (name.toLowerCase() === 'background') {
      findings.push({
        severity: 'error',
        code: 'background-structure',
        message: 'the background is no structure',
        remedy: 'Remove it from the list: what belongs to no structure is background.',
        path: [...path, 'name'],
      });
    }
  });
  return findings;
};
