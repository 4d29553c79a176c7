import { afterEach, expect, it, vi } from 'vitest';
import type { RunEvent } from '../contracts/events.ts';
import { resumeCommand } from './commands/train.ts';
import { textOutput } from './training-output.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

function printed(events: readonly object[]): string {
  let text = '';
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    text += `${line}\n`;
  });
  const output = textOutput();
  for (const event of events) output.show(event as RunEvent);
  output.close();
  return text;
}

it('tells the time left from the mean of the epochs, and which weights were taken over', () => {
  const epoch = (number: number, seconds: number) => ({
    type: 'epoch',
    epoch: number,
    loss: 1,
    learningRate: 0.01,
    seconds,
    waiting: 0,
  });
  const text = printed([
    { type: 'log', message: '12 of 14 tensors of weights are taken from a' },
    { type: 'started', epochs: 3, stepsPerEpoch: 2 },
    epoch(0, 20),
    epoch(1, 40),
    epoch(2, 30),
  ]);
  expect(text).toContain('12 of 14 tensors');
  expect(text).toMatch(/^epoch 1\/3 .* 20\.0 s, 40 s left$/m);
  expect(text).toMatch(/^epoch 2\/3 .* 40\.0 s, 30 s left$/m);
  expect(text).toMatch(/^epoch 3\/3 .* 30\.0 s$/m);
});

it.skipIf(process.platform === 'win32')(
  'quotes the command that goes on with a run (skipped on Windows)',
  () => {
    expect(resumeCommand('my liver.innereye.yaml', '/runs/a b')).toBe(
      "innereye train 'my liver.innereye.yaml' --resume '/runs/a b'",
    );
    expect(resumeCommand('a.innereye.yaml', '/runs/a', ['training.devices=2'])).toBe(
      'innereye train a.innereye.yaml --resume /runs/a --set training.devices=2',
    );
  },
);
