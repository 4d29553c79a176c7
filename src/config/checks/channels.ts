import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Check, CheckFinding } from './check.ts';

/** Channels, mask and structures are different things: in a csv they are told apart by name alone. */
export const channels: Check<SegmentationConfiguration> = ({ dataset }) => {
  const findings: CheckFinding[] = [];
  const conflict = (name: string, what: string, path: (string | number)[], other: (string | number)[]) =>
    findings.push({
      severity: 'error',
      code: 'name-used-twice',
      message: `\`${name}\` is ${what}`,
      remedy: 'Channels, mask and structures need names of their own.',
      path,
      related: [{ message: 'the other one', path: other }],
    });
  dataset.channels.forEach((name, index) => {
    const earlier = dataset.channels.indexOf(name);
    if (earlier < index) {
      conflict(
        name,
        'listed twice among the channels',
        ['dataset', 'channels', index],
        ['dataset', 'channels', earlier],
      );
    }
  });
  dataset.structures.forEach(({ name }, index) => {
    const path = ['dataset', 'structures', index, 'name'];
    const channel = dataset.channels.indexOf(name);
    if (channel !== -1)
      conflict(name, 'both a structure and a channel', path, ['dataset', 'channels', channel]);
    if (name === dataset.mask) conflict(name, 'both a structure and the mask', path, ['dataset', 'mask']);
  });
  if (dataset.mask !== undefined) {
    const channel = dataset.channels.indexOf(dataset.mask);
    if (channel !== -1) {
      conflict(
        dataset.mask,
        'both the mask and a channel',
        ['dataset', 'mask'],
        ['dataset', 'channels', channel],
      );
    }
  }
  return findings;
};
