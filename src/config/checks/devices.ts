import type { Check } from './check.ts';

/** Each device gets an equal part of a batch. */
export const devices: Check = ({ training }) => {
  const { devices: count, batch_size: batch, device } = training;
  if (count === 1) return [];
  const path = ['training', 'devices'];
  if (device === 'javascript') {
    return [
      {
        severity: 'error',
        code: 'devices',
        message: '`device: javascript` computes on one device only',
        remedy: 'Leave `devices` out, or compute on the engine.',
        path,
        related: [{ message: 'the device', path: ['training', 'device'] }],
      },
    ];
  }
  if (batch % count === 0) return [];
  return [
    {
      severity: 'error',
      code: 'devices',
      message: `a batch of ${batch} cannot be divided equally among ${count} devices`,
      remedy: `Make \`batch_size\` a multiple of ${count}.`,
      path,
      related: [{ message: 'the batch size', path: ['training', 'batch_size'] }],
    },
  ];
};
