import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRegularFile } from './regular-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'innereye-regular-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('reading a file that a configuration names', () => {
  it('gives its text, and nothing where there is none', () => {
    const file = join(folder, 'a');
    writeFileSync(file, 'é😀\n');
    expect(readRegularFile(file, 100)).toBe('é😀\n');
    writeFileSync(file, '');
    expect(readRegularFile(file, 100)).toBe('');
    expect(readRegularFile(join(folder, 'none'), 100)).toBeUndefined();
  });

  it('refuses folders, and files that are too long', () => {
    const file = join(folder, 'long');
    writeFileSync(file, '0123456789');
    expect(readRegularFile(file, 10)).toBe('0123456789');
    expect(() => readRegularFile(file, 9)).toThrow('it has 10 bytes, more than 9');
    expect(() => readRegularFile(folder, 9)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  });

  it.skipIf(process.platform === 'win32')('neither waits at a pipe nor reads an endless device', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => readRegularFile(pipe, 100)).toThrow('no regular file');
    expect(() => readRegularFile('/dev/zero', 100)).toThrow('no regular file');
  });
});
