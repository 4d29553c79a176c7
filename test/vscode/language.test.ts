import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri, open, placeOf, replace } from './editor.ts';

const { executeCommand } = vscode.commands;

/** What the server has to say about a document, once it has said something. */
const diagnosticsOf = (document: vscode.TextDocument): Promise<vscode.Diagnostic[]> =>
  eventually(`diagnostics of ${document.uri.path}`, () => {
    const found = vscode.languages.getDiagnostics(document.uri);
    return found.length > 0 && found;
  });

const textOf = (content: vscode.MarkdownString | vscode.MarkedString): string =>
  typeof content === 'string' ? content : content.value;

async function hoverAt(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<string | undefined> {
  const hovers = await executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position);
  return hovers.flatMap(({ contents }) => contents.map(textOf)).join('\n') || undefined;
}

describe('a configuration in the editor', () => {
  afterEach(closeAll);

  it('shows a misspelt key on the key, with the right one', async () => {
    const document = await open('misspelt.innereye.yaml');
    const [diagnostic] = await diagnosticsOf(document);
    strictEqual(document.getText(diagnostic!.range), 'trainning');
    match(diagnostic!.message, /training/);
  });

  it('mends it by a quick fix', async () => {
    const document = await open('misspelt.innereye.yaml');
    const [{ range }] = (await diagnosticsOf(document)) as [vscode.Diagnostic];
    const fix = await eventually('a quick fix', async () => {
      const actions = await executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        range,
        vscode.CodeActionKind.QuickFix.value,
      );
      return actions.find(({ title, edit }) => edit && title.includes('training'));
    });
    ok(await vscode.workspace.applyEdit(fix.edit!));
    match(document.getText(), /^training:$/m);
    await eventually('the error is gone', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });

  it('completes keys, and the names of structures that a base defines', async () => {
    const document = await open('child.innereye.yaml');
    const labels = async (position: vscode.Position): Promise<string[]> => {
      const list = await executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    const keys = await eventually('keys', async () => {
      const found = await labels(placeOf(document, 'epochs'));
      return found.includes('batch_size') && found;
    });
    ok(keys.includes('seed'), `${keys}`);
    const structures = await labels(placeOf(document, 'liver'));
    // Liver is in the list already.
    deepStrictEqual(structures, ['kidneys']);
  });

  it('explains a field on hover, with the files that set it', async () => {
    const document = await open('child.innereye.yaml');
    const text = await eventually('a hover', () => hoverAt(document, placeOf(document, 'epochs', 2)));
    match(text, /epochs/i);
    match(text, /base\.innereye\.yaml/);
  });

  it('goes from extends into a preset, which opens read-only', async () => {
    const document = await open('preset.innereye.yaml');
    const [target] = await eventually('a definition', async () => {
      const found = await executeCommand<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        document.uri,
        placeOf(document, 'innereye/segmentation', 3),
      );
      return found.length > 0 && found;
    });
    const uri = 'targetUri' in target! ? target.targetUri : target!.uri;
    strictEqual(uri.scheme, 'innereye-preset');
    const preset = await vscode.workspace.openTextDocument(uri);
    strictEqual(preset.languageId, 'innereye');
    match(preset.getText(), /architecture:/);
  });

  it('renames a structure in every file that inherits it', async () => {
    const document = await open('child.innereye.yaml');
    const edit = await eventually('a rename', () =>
      executeCommand<vscode.WorkspaceEdit>(
        'vscode.executeDocumentRenameProvider',
        document.uri,
        placeOf(document, 'liver', 1),
        'hepar',
      ),
    );
    deepStrictEqual(
      edit
        .entries()
        .map(([uri]) => uri.path.split('/').at(-1))
        .sort(),
      ['base.innereye.yaml', 'child.innereye.yaml'],
    );
  });

  it('formats and keeps comments', async () => {
    const document = await open('child.innereye.yaml');
    await replace(document, 'name: child', 'name:    child   # ours');
    const edits = await eventually('edits', () =>
      executeCommand<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', document.uri, {
        tabSize: 2,
        insertSpaces: true,
      }),
    );
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    await vscode.workspace.applyEdit(edit);
    match(document.getText(), /^name: child +# ours$/m);
    match(document.getText(), /^# What differs\.$/m);
  });

  it('offers Train above a configuration, and says how many extend it', async () => {
    const document = await open('base.innereye.yaml');
    const titles = await eventually('lenses', async () => {
      const lenses = await executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        9,
      );
      const found = lenses.flatMap(({ command }) => command?.title ?? []);
      return found.length >= 2 && found;
    });
    ok(
      titles.some(title => /Train/.test(title)),
      `${titles}`,
    );
    ok(
      titles.some(title => /2 configurations extend this/.test(title)),
      `${titles}`,
    );
  });

  it('sees what is typed into an unsaved base', async () => {
    const base = await open('base.innereye.yaml');
    const child = await open('child.innereye.yaml');
    await eventually('a hover', () => hoverAt(child, placeOf(child, 'epochs', 2)));
    deepStrictEqual(vscode.languages.getDiagnostics(child.uri), []);
    await replace(base, 'name: liver', 'name: hepar');
    const [diagnostic] = await diagnosticsOf(child);
    strictEqual(child.getText(diagnostic!.range), 'liver');
    ok(base.isDirty);
    await replace(base, 'name: hepar', 'name: liver');
    await eventually('the error is gone', () => vscode.languages.getDiagnostics(child.uri).length === 0);
  });

  it('shows the resolved configuration with the origin of each value', async () => {
    const document = await open('child.innereye.yaml');
    await executeCommand('innereye.showResolved', document.uri);
    const resolved = await eventually('the resolved configuration', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'innereye-resolved'),
    );
    match(resolved.getText(), /epochs: 2/);
    match(resolved.getText(), /features: 8/);
    match(resolved.getText(), /base\.innereye\.yaml/);
  });

  it('notices a base that is deleted on disk', async () => {
    const uri = fileUri('short-lived.innereye.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from('name: short-lived\n'));
    await vscode.workspace.fs.writeFile(
      fileUri('orphan.innereye.yaml'),
      Buffer.from('extends: [./base.innereye.yaml, ./short-lived.innereye.yaml]\n'),
    );
    const orphan = await open('orphan.innereye.yaml');
    await eventually('symbols', async () => {
      const command = 'vscode.executeDocumentSymbolProvider';
      const symbols = await executeCommand<unknown[] | undefined>(command, orphan.uri);
      return symbols?.length;
    });
    deepStrictEqual(vscode.languages.getDiagnostics(orphan.uri), []);
    await vscode.workspace.fs.delete(uri);
    const [diagnostic] = await diagnosticsOf(orphan);
    match(orphan.getText(diagnostic!.range), /short-lived/);
    await vscode.workspace.fs.delete(orphan.uri);
  });
});
