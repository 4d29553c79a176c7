import { beforeEach, describe, expect, it, vi } from 'vitest';

// What the commands use of the editor; test/vscode has them in a real one.
const editor = vi.hoisted(() => ({
  commands: new Map<string, (...args: unknown[]) => Promise<void>>(),
  answer: undefined as string | undefined,
  box: undefined as { readonly value: string; validateInput(text: string): string | undefined } | undefined,
  trained: [] as unknown[],
  searched: [] as unknown[],
}));
vi.mock('vscode', () => ({
  Disposable: { from: () => ({ dispose: () => {} }) },
  CancellationError: class {},
  Uri: { file: (fsPath: string) => ({ fsPath }) },
  commands: {
    registerCommand: (name: string, run: (...args: unknown[]) => Promise<void>) =>
      void editor.commands.set(name, run),
  },
  window: {
    showInputBox: async (box: NonNullable<typeof editor.box>) => {
      editor.box = box;
      return editor.answer;
    },
  },
  workspace: { isTrusted: true },
}));
vi.mock('./backend/pick-configuration.ts', () => ({ configurationFor: async (given: unknown) => given }));
vi.mock('./backend/output-notice.ts', () => ({ tellOutputFolder: () => {} }));
vi.mock('./runs/start-commands.ts', () => ({
  train: async (...args: unknown[]) => {
    editor.trained.push(args.at(-1));
    return true;
  },
  search: async (...args: unknown[]) => void editor.searched.push(args.at(-1)),
}));
const { registerTrainCommands } = await import('./train-commands.ts');

describe('the command to cross-validate', () => {
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string, otherwise: unknown) => kept.get(key) ?? otherwise,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  const configuration = { fsPath: '/c.innereye.yaml' };
  const call = (name: string) => editor.commands.get(`innereye.${name}`)!(configuration);
  beforeEach(() => {
    kept.clear();
    editor.trained.length = 0;
    const parts = { backend: {}, runs: {}, memory, globalMemory: memory, openRun: () => {} };
    registerTrainCommands(parts as unknown as Parameters<typeof registerTrainCommands>[0]);
  });

  it('asks for folds, proposes those of the last time, and starts', async () => {
    editor.answer = '3';
    await call('crossValidate');
    expect(editor.box!.value).toBe('5');
    expect(editor.trained).toEqual([{ crossValidation: 3 }]);
    await call('crossValidate');
    expect(editor.box!.value).toBe('3');
  });

  it('takes whole numbers from 2 on, and does nothing where the user cancels', async () => {
    editor.answer = undefined;
    await call('crossValidate');
    const { validateInput } = editor.box!;
    for (const text of ['1', '2.5', '', 'x']) expect(validateInput(text)).toBeDefined();
    expect(validateInput('2')).toBeUndefined();
    expect(editor.trained).toEqual([]);
  });

  it('and that to search start with the configuration that they were called on', async () => {
    await call('search');
    expect(editor.searched).toEqual([configuration]);
  });
});
