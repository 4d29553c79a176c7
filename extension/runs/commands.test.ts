import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

// What the commands use of the editor; test/vscode has them in a real one.
const editor = vi.hoisted(() => ({
  isTrusted: true,
  commands: new Map<string, (...args: unknown[]) => Promise<void>>(),
  asked: [] as string[],
  said: [] as string[],
  wrong: [] as string[],
}));
vi.mock('vscode', () => ({
  Disposable: { from: () => ({ dispose: () => {} }) },
  EventEmitter: class {
    event = () => ({ dispose: () => {} });
    fire = () => {};
    dispose = () => {};
  },
  ThemeIcon: class {},
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  CancellationError: class {},
  commands: {
    registerCommand: (name: string, run: (...args: unknown[]) => Promise<void>) =>
      void editor.commands.set(name, run),
  },
  window: {
    showQuickPick: async (_: unknown, { title }: { title: string }) => void editor.asked.push(title),
    showInputBox: async ({ title }: { title: string }) => void editor.asked.push(title),
    showInformationMessage: async (text: string) => void editor.said.push(text),
    showErrorMessage: async (text: string) => void editor.wrong.push(text),
  },
  workspace: {
    get isTrusted() {
      return editor.isTrusted;
    },
    workspaceFolders: [],
    registerTextDocumentContentProvider: () => {},
  },
}));

const { registerRunCommands } = await import('./commands.ts');
const { Runs } = await import('./runs.ts');

describe('a command for runs', () => {
  let outputs: string;
  let runs: InstanceType<typeof Runs>;
  let selection: { folder: string }[];
  const folderOf = (name: string) => join(outputs, name);
  const call = (name: string, ...args: unknown[]) => editor.commands.get(`innereye.runs.${name}`)!(...args);
  const left = () => readdirSync(outputs).filter(name => !name.startsWith('.'));

  beforeEach(async () => {
    outputs = mkdtempSync(join(tmpdir(), 'innereye-commands-'));
    editor.isTrusted = true;
    for (const list of [editor.asked, editor.said, editor.wrong]) list.length = 0;
    runs = new Runs();
    runs.start = async () => {};
    for (const name of ['a', 'b', 'c']) {
      mkdirSync(folderOf(name));
      writeFileSync(join(folderOf(name), 'run.json'), manifest(name));
      await runs.read(folderOf(name));
    }
    selection = [];
    const view = { state: {}, selection: () => selection };
    const parts = { backend: {}, runs, view, table: {}, openRun: () => {} };
    registerRunCommands(parts as unknown as Parameters<typeof registerRunCommands>[0]);
  });
  afterEach(() => rmSync(outputs, { recursive: true }));

  it('deletes all that are selected in the view, where a key calls it', async () => {
    selection = ['a', 'c'].map(name => ({ folder: folderOf(name) }));
    await call('delete');
    expect(left()).toEqual(['b']);
    expect(editor.asked).toEqual([]);
  });

  it('deletes those that it is called for, whatever else is selected', async () => {
    selection = [{ folder: folderOf('a') }];
    await call('delete', { folder: folderOf('b') });
    await call('delete', { folder: folderOf('c') }, [{ folder: folderOf('c') }]);
    expect(left()).toEqual(['a']);
  });

  it('asks what to delete where nothing is selected, though there is one run only', async () => {
    await call('delete', { folder: folderOf('a') });
    await call('delete', { folder: folderOf('b') });
    await call('delete');
    expect(editor.asked).toEqual(['Move to Trash']);
    expect(left()).toEqual(['c']);
  });

  it('deletes nothing where a group of runs is selected, or a run that is gone', async () => {
    await call('delete', { kind: 'group' });
    await call('delete', folderOf('gone'));
    expect(left()).toEqual(['a', 'b', 'c']);
    expect(editor.asked).toEqual([]);
  });

  it('deletes no run while one that it is made of is at work', async () => {
    const trial = join(folderOf('a'), 'trials', '001');
    mkdirSync(trial, { recursive: true });
    writeFileSync(join(trial, 'run.json'), manifest('001', 'running'));
    await runs.read(trial);
    await call('delete', { folder: folderOf('a') });
    expect(editor.wrong.join()).toContain('001 is still at work');
    expect(left()).toEqual(['a', 'b', 'c']);
  });

  it('does not take a run for which it makes no sense, and says why', async () => {
    for (const name of ['stop', 'resume', 'explain']) await call(name, folderOf('a'));
    expect(editor.said).toEqual([
      'Stop: a is completed.',
      'Resume: a is completed.',
      'Explain: a segments scans, which show themselves what it found.',
    ]);
  });

  it.each(['delete', 'restore', 'tag', 'note', 'compare', 'stop', 'explain'])(
    'changes nothing where the workspace is not trusted: %s',
    async name => {
      editor.isTrusted = false;
      const argument = folderOf('a');
      if (name === 'stop') writeFileSync(join(argument, 'run.json'), manifest('a', 'running'));
      await call(name, argument);
      expect(editor.wrong.join()).toContain('not trusted');
      expect(editor.asked).toEqual([]);
      expect(left()).toEqual(['a', 'b', 'c']);
      expect(existsSync(join(argument, 'notes.json'))).toBe(false);
    },
  );
});

const manifest = (name: string, status = 'completed') =>
  JSON.stringify({
    id: name,
    name,
    task: 'segmentation',
    status,
    startedAt: '2026-03-01T09:00:00Z',
    process: { pid: process.pid, host: hostname() },
    seed: 7,
    configuration: { file: '/small.innereye.yaml', hash: '', overrides: [] },
    innereye: '0.1.0',
    node: 'v20',
    tags: {},
  });
