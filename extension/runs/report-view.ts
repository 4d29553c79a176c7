import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { RUN_FILES } from '../../src/runs/run-folder.ts';

/** Of a report that may come from anywhere. */
const STRICT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * Shows the report of a run in an editor, which works on remote machines too. The report's own policy lets nothing in;
 * where the workspace is not trusted, its script (which sorts tables) does not run either.
 * @throws Fault where there is none yet
 */
export async function showReport({ folder, name }: RunRow): Promise<void> {
  const file = join(folder, RUN_FILES.report);
  const text = await readFile(file, 'utf8').catch(cause => {
    throw new Fault(`${name} has no report yet`, {
      place: { file },
      remedy: 'It is written when the run is complete; `innereye report RUN` writes it at any time.',
      cause,
    });
  });
  const { isTrusted } = vscode.workspace;
  const panel = vscode.window.createWebviewPanel(
    'innereye.report',
    `Report: ${name}`,
    vscode.ViewColumn.Active,
    {
      enableScripts: isTrusted,
      enableCommandUris: ['vscode.open'],
      enableFindWidget: true,
      localResourceRoots: [],
    },
  );
  const linked = withEditorLinks(text, dirname(file));
  panel.webview.html = isTrusted
    ? linked
    : linked.replace(
        /<head[^>]*>/i,
        head => `${head}<meta http-equiv="Content-Security-Policy" content="${STRICT}">`,
      );
}

/** The report with links to files of the run that open in the editor. */
function withEditorLinks(report: string, folder: string): string {
  return report.replace(/href="(\.\.?\/[^"]+)"/g, (_, path: string) => {
    const target = vscode.Uri.file(join(folder, decodeURI(path)));
    return `href="command:vscode.open?${encodeURIComponent(JSON.stringify([target]))}"`;
  });
}
