import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeFault, Fault } from '../../src/foundation/fault.ts';
import { buildCommandLine, type CommandLine } from '../../test/command-line.ts';
import { failureOf, readMessages } from './messages.ts';

interface Pattern {
  readonly regexp: string;
  readonly severity?: number;
  readonly message?: number;
  readonly file?: number;
  readonly line?: number;
  readonly column?: number;
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { problemMatchers: { name: string; pattern: Pattern[] }[] };
};

/** What VS Code's multi-line matcher finds: at each line, whether the patterns match one line each from there on. */
function matched(name: string, output: string): Record<string, string>[] {
  const patterns = contributes.problemMatchers.find(matcher => matcher.name === name)!.pattern;
  const lines = output.split('\n');
  const found: Record<string, string>[] = [];
  for (let start = 0; start < lines.length; start++) {
    const matches = patterns.map(({ regexp }, index) => new RegExp(regexp).exec(lines[start + index] ?? ''));
    if (!matches.every(match => match !== null)) continue;
    const fields: Record<string, string> = {};
    for (const [index, pattern] of patterns.entries())
      for (const field of ['severity', 'message', 'file', 'line', 'column'] as const) {
        const value = pattern[field] === undefined ? undefined : matches[index]![pattern[field]];
        if (value !== undefined) fields[field] = value;
      }
    found.push(fields);
    start += patterns.length - 1;
  }
  return found;
}

const CONFIGURATION = `name: x
task: segmentation
trainning: { epochs: 2 }
dataset: { path: ./data, format: csv, channels: [mr], structures: [{ name: liver }] }
sampling: { crop_size: [16, 32, 32] }
architecture: { name: plain_unet, features: 8, levels: 3 }
training: { epochs: many }
`;

describe('what the command line says', () => {
  let folder: string;
  let commandLine: CommandLine;
  let file: string;
  const run = (...args: string[]) => {
    const { stdout, stderr } = spawnSync(process.execPath, [commandLine.program, ...args], {
      encoding: 'utf8',
    });
    return stderr + stdout;
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-messages-'));
    file = join(folder, 'x.innereye.yaml');
    writeFileSync(file, CONFIGURATION);
    mkdirSync(join(folder, 'data'));
    commandLine = await buildCommandLine();
  });
  afterAll(() => {
    commandLine.remove();
    rmSync(folder, { recursive: true });
  });

  it.each(['validate', 'train'])(
    'of a wrong configuration (%s) is read, and matched as problems',
    command => {
      const output = run(command, file);
      const expected = [
        { message: 'unknown key `trainning` in a configuration', file, line: 3, column: 1 },
        { message: '`training.epochs` must be a number, not the text "many"', file, line: 7, column: 21 },
      ];
      expect(readMessages(output)).toEqual(
        expected.map(message => expect.objectContaining({ ...message, severity: 'error' })),
      );
      expect(readMessages(output)[0]!.remedy).toBe('Did you mean `training`?');
      expect(matched('innereye', output)).toEqual(
        expected.map(({ message, line, column }) => ({
          ...(command === 'validate' && { severity: 'error' }),
          message,
          file,
          line: String(line),
          column: String(column),
        })),
      );
      expect(matched('innereye-file', output)).toEqual([]);
    },
  );

  it('of a configuration that is missing has a file, but no line', () => {
    const missing = join(folder, 'missing.innereye.yaml');
    const output = run('train', missing);
    expect(failureOf(output)).toEqual(expect.objectContaining({ severity: 'error', file: missing }));
    expect(matched('innereye', output)).toEqual([]);
    expect(matched('innereye-file', output)).toEqual([expect.objectContaining({ file: missing })]);
  });

  it('of a wrong use of it is told by its last line', () => {
    expect(failureOf(run('train')).message).not.toBe('');
  });
});

describe('messages', () => {
  it.each([
    [
      { file: 'C:\\data\\x.yaml', line: 3, column: 7 },
      { file: 'C:\\data\\x.yaml', line: 3, column: 7 },
    ],
    [{ file: '/d/dataset.csv', subject: '12', row: 4 }, { file: '/d/dataset.csv' }],
    [
      { file: '/d/a b:c.csv', line: 2 },
      { file: '/d/a b:c.csv', line: 2 },
    ],
  ])('are those of a fault at %j', (place, expected) => {
    const text = describeFault(new Fault('it is wrong', { place, remedy: 'Mend it.' }));
    expect(readMessages(text)).toEqual([
      { severity: 'error', message: 'it is wrong', remedy: 'Mend it.', ...expected },
    ]);
  });

  it('are told from output, and from the stack of a defect', () => {
    const output = [
      'training 3 epochs of 2 steps',
      '  validation Dice 0.5',
      'This is a defect of innereye itself; please report it with what follows.',
      'TypeError: x is not a function',
      '    at run (/a/b.js:1:2)',
    ].join('\n');
    expect(failureOf(output.split('\n').slice(2).join('\n')).message).toBe('TypeError: x is not a function');
  });
});
