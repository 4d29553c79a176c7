import * as vscode from 'vscode';
import type { Backend } from '../backend/backend.ts';
import { type Comparison, comparisonText } from './comparison-text.ts';

const SCHEME = 'innereye-comparison';

/** Shows in which settings and results two runs differ, as a rendered document. */
export class Comparisons implements vscode.TextDocumentContentProvider {
  constructor(private readonly backend: Backend) {}

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  async show(first: string, second: string): Promise<void> {
    const query = JSON.stringify([first, second]);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: '/Comparison of Runs.md', query });
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const [first, second] = JSON.parse(query) as [string, string];
    const output = await this.backend.run(['runs', 'compare', first, second, '--json']);
    return comparisonText(first, second, JSON.parse(output) as Comparison);
  }
}
