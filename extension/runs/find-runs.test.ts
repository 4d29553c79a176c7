import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Listener = (uri: { fsPath: string }) => Promise<void> | void;
const created = vi.hoisted(() => new Map<unknown, Listener>());
vi.mock('vscode', () => ({
  workspace: {
    workspaceFolders: [],
    createFileSystemWatcher: (pattern: unknown) => ({
      onDidCreate: (listener: Listener) => created.set(pattern, listener),
      onDidChange: () => {},
      onDidDelete: () => {},
    }),
  },
  Disposable: { from: () => ({ dispose: () => {} }) },
}));
const { watchRuns } = await import('./find-runs.ts');

const manifest = JSON.stringify({
  id: 'r',
  name: 'liver',
  task: 'segmentation',
  status: 'completed',
  startedAt: '2026-11-23T19:05:06.000Z',
  process: { pid: 1, host: 'here' },
  seed: 1,
  configuration: { file: 'liver.innereye.yaml', hash: 'abc', overrides: [] },
  innereye: '0.1.0',
  node: 'v20',
  tags: {},
});

describe('a folder that appears', () => {
  let root: string;
  const changed: string[] = [];
  const appears = (path: string) => created.get('**')!({ fsPath: path });
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'innereye-moved-'));
    for (const name of ['a', 'b']) {
      mkdirSync(join(root, 'outputs', name), { recursive: true });
      writeFileSync(join(root, 'outputs', name, 'run.json'), manifest);
    }
    changed.length = 0;
    watchRuns({ changed: folder => changed.push(folder), deleted: () => {} });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is looked through for runs: it may have been moved here', async () => {
    await appears(join(root, 'outputs', 'a'));
    expect(changed).toEqual([join(root, 'outputs', 'a')]);
    changed.length = 0;
    await appears(join(root, 'outputs'));
    expect(changed.sort()).toEqual(['a', 'b'].map(name => join(root, 'outputs', name)));
  });

  it('is left alone where it is a file, or lies in the trash', async () => {
    await appears(join(root, 'outputs', 'a', 'run.json'));
    await appears(join(root, 'outputs', '.trash', 'a'));
    expect(changed).toEqual([]);
  });
});
