import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Explanation, FeatureImportance, HeatMap } from '../../src/contracts/explanation.ts';
import { metricTitle } from '../../src/contracts/metric-names.ts';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { readRunSettings } from '../../src/runs/run-settings.ts';
import type { Backend } from '../backend/backend.ts';
import { ensureEngine } from '../backend/engine.ts';
import { faultFrom } from '../backend/run-program.ts';
import { type Case, casesOf } from './cases.ts';
import { importancePage } from './importance-page.ts';

/**
 * Shows what a classification, regression or sequence run goes by: a heat map over the scan of a case, and how much each column
 * of its table matters.
 * @param subject the case; default: it asks, with the one that the run knew best first
 * @throws Fault with what the backend said
 */
export async function explainRun(backend: Backend, run: RunRow, subject?: string): Promise<void> {
  if (!(await ensureEngine(backend))) return;
  const { dataset } = await readRunSettings(run.folder);
  const chosen = dataset.channels.length > 0 ? await chooseCase(run, subject) : ALL;
  if (!chosen) return;
  const said = await backend.run(['explain', run.folder, '--json', ...chosen.args], {
    title: `Explaining ${run.name}`,
    partly: true,
  });
  const { maps, importance, failed } = JSON.parse(said) as Explanation;
  const [first] = failed;
  if (first) {
    const { message } = faultFrom(first.errors[0] ?? '');
    void vscode.window.showWarningMessage(`${failed.length} of the subjects are not explained: ${message}`);
  }
  if (importance) showImportance(run, importance.features);
  const map = maps.length > 1 ? await chooseMap(maps) : maps[0];
  if (!map) return;
  const files = [map.scan, map.file].map(file => vscode.Uri.file(file));
  await vscode.commands.executeCommand('innereye.overlayVolumes', files[0], files);
}

interface Chosen {
  readonly args: readonly string[];
}

/** Of a network that sees no scans there are no maps to choose. */
const ALL: Chosen = { args: [] };

/** @returns undefined where the user cancels */
async function chooseCase(run: RunRow, subject: string | undefined): Promise<Chosen | undefined> {
  const cases = await casesOf(run.folder);
  const given = cases.find(one => one.subject === subject);
  if (given) return caseArguments(given);
  // The program says what is wrong with a subject that the run has not told of, or where there is none at all.
  if (subject !== undefined) return { args: [`--subjects=${subject}`] };
  if (cases.length === 0) return ALL;
  const items = cases.map((one, index) => ({
    label: one.subject,
    description: index === 0 ? 'known best' : '',
    detail: one.said,
    one,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Explain ${run.name}`,
    placeHolder: 'The case whose heat map is shown, those that the run knew best first',
    matchOnDetail: true,
  });
  return picked && caseArguments(picked.one);
}

const caseArguments = ({ subject, split }: Case): Chosen => ({
  args: ['--split', split, `--subjects=${subject}`],
});

async function chooseMap(maps: readonly HeatMap[]): Promise<HeatMap | undefined> {
  const items = maps.map(map => ({
    label: map.target,
    description:
      map.position === undefined ? '' : `at visit ${map.position}, in the scan of visit ${map.visit}`,
    detail: basename(map.file),
    map,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `Heat map of ${maps[0]!.subject}`,
    placeHolder: 'What the map tells of',
    matchOnDescription: true,
  });
  return picked?.map;
}

function showImportance({ name }: RunRow, features: readonly FeatureImportance[]): void {
  const panel = vscode.window.createWebviewPanel(
    'innereye.importance',
    `Importance: ${name}`,
    { viewColumn: vscode.ViewColumn.Active, preserveFocus: false },
    { localResourceRoots: [], enableFindWidget: true },
  );
  const metric = metricTitle(features[0]?.metric ?? 'score');
  panel.webview.html = importancePage(name, metric, features);
}
