import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ViewerState } from '../../src/contracts/viewer.ts';
import { Drawings } from './drawings.ts';
import type { ScenePlan } from './scene-plan.ts';

vi.mock('vscode', () => {
  const uri = (fsPath: string) => ({ scheme: 'file', fsPath, toString: () => `file:${fsPath}` });
  return {
    Uri: {
      file: uri,
      joinPath: ({ fsPath }: { fsPath: string }, ...more: string[]) => uri(join(fsPath, ...more)),
    },
    workspace: { workspaceFolders: [] },
  };
});
const { ViewerPanel } = await import('./viewer-panel.ts');

describe('a viewer', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'innereye-panel-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('shows the subject that was asked for last, though the plan of an earlier one comes later', async () => {
    const sent: { type: string; scene?: { title: string } }[] = [];
    let receive: (message: object) => unknown = () => {};
    const disposal: (() => unknown)[] = [];
    const webview = {
      asWebviewUri: (uri: unknown) => uri,
      cspSource: '',
      options: {} as { localResourceRoots?: { fsPath: string }[] },
      onDidReceiveMessage: (listener: typeof receive) => {
        receive = listener;
      },
      postMessage: async (message: (typeof sent)[number]) => void sent.push(message),
    };
    const panel = { webview, onDidDispose: (listener: () => void) => disposal.push(listener) };
    const services = {
      extension: { fsPath: '/extension' },
      newFolder: () => join(root, 'desk'),
      drawings: new Drawings(join(root, 'drawings')),
      plan: async ({ subject = 'first' }: ViewerState): Promise<ScenePlan> => {
        await sleep(subject === 'slow' ? 60 : 5);
        return { title: subject, views: [] };
      },
      run: async () => {},
    };
    const state: ViewerState = { source: { kind: 'file', file: '/data/p1.nii.gz' } };
    new ViewerPanel(...([panel, services, state] as unknown as ConstructorParameters<typeof ViewerPanel>));
    await receive({ type: 'ready' });
    const slow = receive({ type: 'showSubject', id: 'slow' });
    await Promise.all([slow, receive({ type: 'showSubject', id: 'quick' })]);
    expect(sent.map(({ scene }) => scene?.title)).toEqual(['first', 'quick']);
    const roots = webview.options.localResourceRoots!.map(({ fsPath }) => fsPath);
    expect(roots).toContain(join(root, 'desk'));
    expect(roots).not.toContain(tmpdir());
    mkdirSync(join(root, 'desk', '2'), { recursive: true });
    await disposal[0]!();
    expect(readdirSync(root)).toEqual([]);
  });
});
