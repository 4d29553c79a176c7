import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adoptLog, logFileOf, newLogFile } from './log-files.ts';
import type { Program } from './program.ts';
import { recogniseRun, takesUp } from './recognise-run.ts';
import { runProgram } from './run-program.ts';
import { startDetached } from './start-detached.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'innereye-detached-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const node = (script: string): Program => ({ command: process.execPath, args: ['-e', script], env: {} });

/** A stand-in for the backend: makes a run folder as it does, after a while. */
const MAKES_RUN = `
const { mkdirSync, writeFileSync } = require('node:fs');
const [, outputs, after = '0', lives = '0'] = process.argv;
console.log('began');
setTimeout(() => {
  const folder = outputs + '/2026-01-01T000000Z_x';
  mkdirSync(folder, { recursive: true });
  writeFileSync(folder + '/run.json', JSON.stringify({
    id: 'x', name: 'x', task: 'segmentation', status: 'running', startedAt: new Date().toISOString(),
    process: { pid: process.pid, host: require('node:os').hostname() }, seed: 1,
    configuration: { file: '/x', hash: '', overrides: [] }, innereye: '0', node: '', tags: {},
  }));
  console.log('made');
  setTimeout(() => console.log('ended'), Number(lives));
}, Number(after));
`;

describe('a detached backend', () => {
  it('is recognised by its run, and its log is named after that while it goes on writing', async () => {
    const log = newLogFile(folder);
    const { pid, ended } = await startDetached(node(MAKES_RUN), [folder, '300', '800'], { cwd: folder, log });
    const run = await recogniseRun(pid, folder, { since: new Set(), ended });
    expect(run).toBe(join(folder, '2026-01-01T000000Z_x'));
    const adopted = await adoptLog(log, folder, run!);
    expect(adopted).toBe(logFileOf(folder, run!));
    expect(await ended).toBe(0);
    expect(readFileSync(adopted, 'utf8')).toBe('began\nmade\nended\n');
    expect(await takesUp(pid, run!, ended)).toBe(true);
  });

  it('keeps its log where that cannot be named after the run', async () => {
    const log = newLogFile(folder);
    mkdirSync(join(logFileOf(folder, '/r'), 'in the way'), { recursive: true });
    writeFileSync(log, 'printed');
    expect(await adoptLog(log, folder, '/r')).toBe(log);
    expect(readFileSync(log, 'utf8')).toBe('printed');
  });

  it('has no run where it ends before', async () => {
    const program = node('console.error("no"); process.exitCode = 1');
    const { pid, ended } = await startDetached(program, [], { cwd: folder, log: newLogFile(folder) });
    expect(await recogniseRun(pid, folder, { since: new Set(), ended })).toBeUndefined();
    expect(await ended).toBe(1);
  });

  it('cannot be started with a program that does not exist', async () => {
    const program = { ...node(''), command: join(folder, 'node') };
    await expect(startDetached(program, [], { cwd: folder, log: newLogFile(folder) })).rejects.toThrow(
      'could not be started',
    );
  });

  it('cannot be started in a folder that is gone, which is not the fault of the program', async () => {
    const gone = join(folder, 'moved');
    const starting = startDetached(node(''), [], { cwd: gone, log: newLogFile(folder) });
    await expect(starting).rejects.toMatchObject({
      message: expect.stringContaining('folder'),
      place: { file: gone },
    });
  });

  it('is recognised by its own process, not by whatever run is new', async () => {
    const log = newLogFile(folder);
    const { pid, ended } = await startDetached(node(MAKES_RUN), [folder], { cwd: folder, log });
    await ended;
    const other = { since: new Set<string>(), ended: Promise.resolve() };
    expect(await recogniseRun(pid + 1, folder, other)).toBeUndefined();
    expect(await takesUp(pid + 1, join(folder, '2026-01-01T000000Z_x'), other.ended)).toBe(false);
    expect(await recogniseRun(pid, folder, other)).toBe(join(folder, '2026-01-01T000000Z_x'));
  });

  it.skipIf(process.platform === 'win32')('outlives the group of the process that started it', async () => {
    const starter = join(folder, 'starter.mjs');
    await build({
      stdin: {
        contents: `
          import { startDetached } from ${JSON.stringify(join(import.meta.dirname, 'start-detached.ts'))};
          const program = ${JSON.stringify(node(MAKES_RUN))};
          await startDetached(program, [process.argv[2], '1500'], { cwd: process.argv[2], log: process.argv[2] + '/log' });
          console.log('started');
          setInterval(() => {}, 1000);`,
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: starter,
      logLevel: 'error',
    });
    const editor = spawn(process.execPath, [starter, folder], { detached: true });
    await new Promise(resolve => editor.stdout.once('data', resolve));
    process.kill(-editor.pid!, 'SIGKILL');
    const text = () => readFileSync(join(folder, 'log'), 'utf8');
    for (let waited = 0; !text().includes('ended') && waited < 90_000; waited += 100) await sleep(100);
    expect(text()).toBe('began\nmade\nended\n');
  });
});

describe('a short command', () => {
  it('gives its output, and each line as it comes', async () => {
    const lines: string[] = [];
    const program = node('console.log("a"); console.log("b")');
    expect(await runProgram(program, [], { onLine: line => lines.push(line) })).toBe('a\nb');
    expect(lines).toEqual(['a', 'b']);
  });

  it('fails with what it said, and where', async () => {
    writeFileSync(
      join(folder, 'fails.js'),
      'console.error("it is wrong\\n  at /x.yaml:3:4\\n  Mend it."); process.exitCode = 1',
    );
    const program = { command: process.execPath, args: [join(folder, 'fails.js')], env: {} };
    await expect(runProgram(program, [])).rejects.toMatchObject({
      message: 'it is wrong',
      place: { file: '/x.yaml', line: 3, column: 4 },
      remedy: 'Mend it.',
    });
  });

  it('of which a part failed gives what became of the rest, where that is asked for', async () => {
    const some = node('console.log("some"); console.error("a part failed"); process.exitCode = 1');
    expect(await runProgram(some, [], { partly: true })).toBe('some');
    await expect(runProgram(some, [])).rejects.toThrow('a part failed');
    const nothing = node('console.error("all failed"); process.exitCode = 1');
    await expect(runProgram(nothing, [], { partly: true })).rejects.toThrow('all failed');
    const defect = node('console.log("some"); console.error("a defect"); process.exitCode = 3');
    await expect(runProgram(defect, [], { partly: true })).rejects.toThrow('a defect');
  });

  it('is asked to stop by its signal, and the reason is thrown', async () => {
    const stop = new AbortController();
    const running = runProgram(node('setInterval(() => {}, 1000); console.log("on")'), [], {
      signal: stop.signal,
      onLine: () => stop.abort(new Error('enough')),
    });
    await expect(running).rejects.toThrow('enough');
  });
});
