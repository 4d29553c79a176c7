import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellText } from './shell-text.ts';

it.skipIf(process.platform === 'win32').each(['runs/2026_liver', 'my runs/a', "it's", '$HOME *', 'ü', ''])(
  '%s comes through a shell (skipped on Windows)',
  argument => {
    const text = execFileSync('/bin/sh', ['-c', `printf %s ${shellText(argument)}`], { encoding: 'utf8' });
    expect(text).toBe(argument);
  },
);

it('is quoted for Windows with its own quotes', () => {
  expect(shellText('C:\\runs\\a', 'win32')).toBe('C:\\runs\\a');
  expect(shellText('C:\\my runs\\a', 'win32')).toBe('"C:\\my runs\\a"');
});
