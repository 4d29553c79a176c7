import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToRunPanel } from '../../src/contracts/run-panel.ts';

const editor = vi.hoisted(() => ({ made: [] as unknown[], messages: [] as ToRunPanel[] }));
vi.mock('vscode', () => {
  const uri = (fsPath: string) => ({ fsPath, toString: () => fsPath });
  const panel = () => {
    const webview = {
      listener: undefined as undefined | ((message: object) => unknown),
      asWebviewUri: (file: unknown) => file,
      onDidReceiveMessage(listener: (message: object) => unknown) {
        webview.listener = listener;
      },
      postMessage: async (message: ToRunPanel) => void editor.messages.push(message),
    };
    return {
      webview,
      visible: true,
      reveal: vi.fn(),
      onDidDispose: () => {},
      onDidChangeViewState: () => {},
    };
  };
  return {
    Uri: { joinPath: ({ fsPath }: { fsPath: string }, ...more: string[]) => uri(join(fsPath, ...more)) },
    ViewColumn: { Active: -1 },
    CancellationError: class {},
    window: {
      registerWebviewPanelSerializer: (_: string, serializer: object) => serializer,
      createWebviewPanel: () => {
        const made = panel();
        editor.made.push(made);
        return made;
      },
    },
  };
});
const { registerRunPanel } = await import('./register.ts');

type Register = Parameters<typeof registerRunPanel>;
interface Made {
  readonly webview: { readonly listener?: (message: object) => unknown };
  readonly reveal: ReturnType<typeof vi.fn>;
}

const services = (parts: string[], changed: (() => void)[] = []) => ({
  logFile: () => '/none',
  partsOf: (folder: string) => (folder === '/o/whole' ? parts : []),
  onDidChangeParts: (listener: () => void) => {
    changed.push(listener);
    return { dispose: () => {} };
  },
});

describe('the panels of runs', () => {
  beforeEach(() => {
    editor.made.length = 0;
    editor.messages.length = 0;
  });

  it('show the folds of a cross-validation, also those that begin later, but none that was taken away', async () => {
    const folds = ['/o/whole/folds/0'];
    const changed: (() => void)[] = [];
    const panels = registerRunPanel(
      ...([{ extensionUri: { fsPath: '/e' } }, services(folds, changed)] as unknown as Register),
    );
    await panels.open('/o/whole');
    const [made] = editor.made as Made[];
    await made!.webview.listener!({ type: 'ready' });
    expect(editor.messages[0]).toEqual({ type: 'begin', folders: ['/o/whole', '/o/whole/folds/0'] });
    await made!.webview.listener!({ type: 'removeRun', folder: '/o/whole/folds/0' });
    folds.push('/o/whole/folds/1');
    for (const tell of changed) tell();
    await made!.webview.listener!({ type: 'ready' });
    const begins = editor.messages.filter(({ type }) => type === 'begin');
    expect(begins.at(-1)).toEqual({ type: 'begin', folders: ['/o/whole', '/o/whole/folds/1'] });
  });

  it('are one for a run, however quickly it is opened twice', async () => {
    const parts = [{ extensionUri: { fsPath: '/e' } }, services([])];
    const panels = registerRunPanel(...(parts as unknown as Register));
    await Promise.all([panels.open('/o/a'), panels.open('/o/a')]);
    const [made, second] = editor.made as Made[];
    expect(second).toBeUndefined();
    expect(made!.reveal).toHaveBeenCalledOnce();
    await made!.webview.listener!({ type: 'ready' });
    expect(editor.messages[0]).toEqual({ type: 'begin', folders: ['/o/a'] });
  });
});
