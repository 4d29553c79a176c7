import { deepStrictEqual, match, ok, strictEqual } from 'node:assert';
import { afterEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { closeAll, eventually, fileUri, open, placeOf, replace } from './editor.ts';

const { executeCommand } = vscode.commands;

const openDocument = (scheme: string): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(({ uri, isClosed }) => uri.scheme === scheme && !isClosed);

const diffTab = (): vscode.Tab | undefined =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .find(({ input }) => input instanceof vscode.TabInputTextDiff);

describe('what a configuration comes to', () => {
  afterEach(closeAll);

  it('follows an unsaved change of a base in the resolved configuration', async () => {
    const child = await open('child.innereye.yaml');
    await executeCommand('innereye.showResolved', child.uri);
    const resolved = await eventually('the resolved configuration', () => openDocument('innereye-resolved'));
    strictEqual(resolved.languageId, 'innereye');
    match(resolved.getText(), /features: 8 +# base\.innereye\.yaml:\d+:\d+/);
    const base = await open('base.innereye.yaml');
    await replace(base, 'features: 8', 'features: 12');
    await eventually('the new value', () => /features: 12 /.test(resolved.getText()));
  });

  it('leads from a resolved value to its origin, by definition and by a link', async () => {
    const child = await open('child.innereye.yaml');
    await executeCommand('innereye.showResolved', child.uri);
    const resolved = await eventually('the resolved configuration', () => openDocument('innereye-resolved'));
    const [target] = await eventually('a definition', async () => {
      const found = await executeCommand<(vscode.Location | vscode.LocationLink)[]>(
        'vscode.executeDefinitionProvider',
        resolved.uri,
        placeOf(resolved, '\n  epochs:', 4),
      );
      return found.length > 0 && found;
    });
    const uri = 'targetUri' in target! ? target.targetUri : target!.uri;
    strictEqual(uri.path, child.uri.path);
    const links = await executeCommand<vscode.DocumentLink[]>('vscode.executeLinkProvider', resolved.uri);
    const line = placeOf(resolved, 'crop_size').line;
    const link = links.find(({ range }) => range.start.line === line);
    match(`${link?.target}`, /base\.innereye\.yaml#L\d+/);
  });

  it('compares two selected configurations by meaning', async () => {
    const files = [fileUri('base.innereye.yaml'), fileUri('child.innereye.yaml')];
    await executeCommand('innereye.compareConfigurations', files[0], files);
    const tab = await eventually('the comparison', diffTab);
    match(tab.label, /^base\.innereye\.yaml ↔ child\.innereye\.yaml: 3 settings differ$/);
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    const texts = await Promise.all(
      [original, modified].map(async uri => (await vscode.workspace.openTextDocument(uri)).getText()),
    );
    const changed = texts[0]!.split('\n').filter(text => !texts[1]!.includes(text));
    deepStrictEqual(changed, ['name: base', '  epochs: 3', 'postprocessing: []']);
  });

  it('opens no comparison of configurations that mean the same', async () => {
    const twin = fileUri('twin.innereye.yaml');
    await vscode.workspace.fs.writeFile(
      twin,
      Buffer.from(
        '# The same in other words.\nextends: ./child.innereye.yaml\ntraining: { batch_size: 1 }\n',
      ),
    );
    try {
      const files = [twin, fileUri('child.innereye.yaml')];
      await executeCommand('innereye.compareConfigurations', files[0], files);
      strictEqual(diffTab(), undefined);
    } finally {
      await vscode.workspace.fs.delete(twin);
    }
  });

  it('shows what is inherited behind a section, and peeks at who extends a base', async () => {
    const child = await open('child.innereye.yaml');
    const all = new vscode.Range(0, 0, child.lineCount, 0);
    const hints = await eventually('hints', async () => {
      const found = await executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        child.uri,
        all,
      );
      return found.length > 0 && found;
    });
    const words = hints.map(({ label }) =>
      typeof label === 'string' ? label : label.map(({ value }) => value).join(''),
    );
    ok(
      words.some(label => /← base\.innereye\.yaml: batch_size 1, seed 42/.test(label)),
      words.join('\n'),
    );
    const base = await open('base.innereye.yaml');
    const lens = await eventually('a lens', async () => {
      const found = await executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', base.uri, 9);
      return found.find(({ command }) => command?.command === 'innereye.showReferences');
    });
    await executeCommand(lens.command!.command, ...lens.command!.arguments!);
  });
});
