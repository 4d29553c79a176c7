import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const editor = vi.hoisted(() => ({ said: [] as string[], code: 0 as number | null, log: '' }));
vi.mock('vscode', () => ({
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  window: {
    showInformationMessage: async (text: string) => void editor.said.push(text),
    showWarningMessage: async (text: string) => void editor.said.push(text),
  },
}));
vi.mock('../backend/engine.ts', () => ({ ensureEngine: async () => true }));
vi.mock('../backend/train.ts', () => ({
  startRun: async () => ({
    folder: '/o/again',
    ended: Promise.resolve({ code: editor.code, log: editor.log }),
  }),
}));
const { reproduce } = await import('./start-commands.ts');

describe('a run that is made again', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'innereye-reproduce-'));
    editor.log = join(folder, 'log');
    editor.said.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    [0, ['liver is reproduced: the last line']],
    [3, ['liver is not reproduced: the last line']],
    // It failed, which is told of the new run.
    [1, []],
    [null, []],
  ])('says by exit code %j how it came out', async (code, said) => {
    editor.code = code;
    writeFileSync(editor.log, 'first\nthe last line\n');
    const row = { name: 'liver', status: 'completed', folder: '/o/run', configuration: '/c' };
    const parts = [{}, { read: async () => {} }, () => {}, row];
    await reproduce(...(parts as unknown as Parameters<typeof reproduce>));
    await vi.waitFor(() => expect(editor.said).toHaveLength(said.length), { timeout: 60_000 });
    expect(editor.said).toEqual(said);
  });
});
