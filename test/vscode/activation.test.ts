import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { open } from './editor.ts';

const extension = () => vscode.extensions.getExtension('innereye.innereye')!;

// The first suite: nothing has yet been opened that needs the extension.
describe('the extension', () => {
  it('sleeps while a folder is only looked at', async () => {
    await open('notes.md');
    await new Promise(resolve => setTimeout(resolve, 2_000));
    strictEqual(extension().isActive, false);
  });

  it('speaks the language of configurations', async () => {
    strictEqual((await open('child.innereye.yaml')).languageId, 'innereye');
  });

  it('registers every command that its manifest declares', async () => {
    await extension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    const declared: { command: string }[] = extension().packageJSON.contributes.commands;
    ok(declared.length > 20);
    deepStrictEqual(
      declared.map(({ command }) => command).filter(command => !registered.has(command)),
      [],
    );
  });
});
