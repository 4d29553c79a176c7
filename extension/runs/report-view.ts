import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { Fault } from '../../src/foundation/fault.ts';
import { openRun, reportFile } from '../../src/runs/run-folder.ts';
import { reportPage } from './report-page.ts';

/**
 * Shows the report of a run in an editor, which works on remote machines too. Where the workspace is
 * not trusted, no script runs.
 * @throws Fault where there is none yet
 */
export async function showReport({ folder, name }: RunRow): Promise<void> {
  const { manifest } = await openRun(folder);
  const file = join(folder, reportFile(manifest.task));
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
  panel.webview.html = reportPage(text, isTrusted, path => {
    const target = join(dirname(file), path);
    const way = relative(folder, target);
    // A report that came from elsewhere opens nothing of this machine but its own run.
    if (way.startsWith('..') || isAbsolute(way)) return undefined;
    return `command:vscode.open?${encodeURIComponent(JSON.stringify([vscode.Uri.file(target)]))}`;
  });
}
