import { nearestName } from '../nearest.ts';
import type { Check, CheckFinding } from './check.ts';

/** A normalisation channel by channel must name each channel of the data set, and no other. */
export const normalizationChannels: Check = ({ dataset, preprocessing }) => {
  const findings: CheckFinding[] = [];
  preprocessing.forEach((step, index) => {
    if (!('normalize' in step) || typeof step.normalize.method === 'string') return;
    const named = Object.keys(step.normalize);
    const path = ['preprocessing', index, 'normalize'];
    for (const name of named.filter(name => !dataset.channels.includes(name))) {
      const suggestion = nearestName(name, dataset.channels);
      findings.push({
        severity: 'error',
        code: 'unknown-channel',
        message: `there is no channel \`${name}\``,
        remedy: suggestion
          ? `Did you mean \`${suggestion}\`?`
          : `Channels are: ${dataset.channels.join(', ')}.`,
        path: [...path, name],
        atKey: true,
        related: [{ message: 'the channels', path: ['dataset', 'channels'] }],
        ...(suggestion ? { suggestion } : {}),
      });
    }
    const missing = dataset.channels.filter(name => !named.includes(name));
    if (missing.length === 0) return;
    findings.push({
      severity: 'error',
      code: 'channel-not-normalized',
      message: `no normalisation is given for ${missing.map(name => `\`${name}\``).join(', ')}`,
      remedy: 'Name every channel; `{method: unchanged}` leaves one as it is.',
      path,
      atKey: true,
      related: [{ message: 'the channels', path: ['dataset', 'channels'] }],
    });
  });
  return findings;
};
