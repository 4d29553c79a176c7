import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.ts';

const logOf = (content: () => Buffer) => ({
  name: 'user_logs/std_log.txt',
  read: async (from: number) => Buffer.from(content().subarray(from)),
});

describe('a growing log', () => {
  it('is read in whole lines, however it grows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map(text => text.replaceAll('\n', ' '))),
        fc.array(fc.nat(40)),
        async (lines, steps) => {
          const whole = Buffer.from(lines.map(line => `${line}\n`).join(''));
          let size = 0;
          const tail = new LogTail();
          const log = logOf(() => whole.subarray(0, size));
          const read: string[] = [];
          for (const step of [...steps, whole.length]) {
            size = Math.min(whole.length, size + step);
            read.push(...(await tail.read(log)));
          }
          expect(read).toEqual(lines);
        },
      ),
    );
  });

  it('that began anew is read from its start, though it is longer', async () => {
    let content = Buffer.from('first attempt\nstep 1\n');
    const tail = new LogTail();
    const log = logOf(() => content);
    expect(await tail.read(log)).toEqual(['first attempt', 'step 1']);
    content = Buffer.from('second attempt, longer than the first\nstep 1\n');
    expect(await tail.read(log)).toEqual(['second attempt, longer than the first', 'step 1']);
  });
});
