import * as vscode from 'vscode';
import type { Backend } from '../backend/backend.ts';
import { type Comparisons as Compared, comparisonText } from './comparison-text.ts';

const SCHEME = 'innereye-comparison';

/** Shows in what runs differ from the first of them, as a rendered document. */
export class Comparisons implements vscode.TextDocumentContentProvider {
  constructor(private readonly backend: Backend) {}

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  /** @param folders of runs, which are compared with the first of them */
  async show(folders: readonly string[]): Promise<void> {
    const query = JSON.stringify(folders);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: '/Comparison of Runs.md', query });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const folders = JSON.parse(query) as string[];
    const output = await this.backend.run(['runs', 'compare', ...folders, '--json'], {
      scope: vscode.Uri.file(folders[0]!),
    });
    return comparisonText(JSON.parse(output) as Compared);
  }
}
