import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { makeFolder } from '../../src/foundation/folder.ts';
import { type Backend, baseFolder } from '../backend/backend.ts';
import { ensureEngine } from '../backend/engine.ts';
import { type RunArgument, runFor } from '../runs/pick-run.ts';
import type { Runs } from '../runs/runs.ts';
import { reporting } from '../show-fault.ts';
import { requireTrust } from '../trust.ts';
import type { LocalService } from './local-service.ts';

/** Whether a service runs in this window, for menus. */
const SERVING = 'innereye.serving';
const VOLUME_EDITOR = 'innereye.volume';

export interface DeploymentParts {
  readonly backend: Backend;
  readonly runs: Runs;
}

/** Registers the commands that make bundles of runs, serve them on this machine, and send them scans. */
export function registerDeployment({ backend, runs }: DeploymentParts): vscode.Disposable {
  const command = <A extends readonly unknown[]>(name: string, run: (...args: A) => unknown) =>
    vscode.commands.registerCommand(
      `innereye.${name}`,
      reporting((...args: A) => {
        requireTrust();
        return run(...args);
      }),
    );
  const log = vscode.window.createOutputChannel('InnerEye Service', { log: true });
  const item = vscode.window.createStatusBarItem('innereye.service', vscode.StatusBarAlignment.Left);
  item.name = 'InnerEye: Service';
  let service: LocalService | undefined;
  let starting: AbortController | undefined;

  const show = (running: LocalService | undefined) => {
    service = running;
    void vscode.commands.executeCommand('setContext', SERVING, running !== undefined);
    if (!running) return item.hide();
    item.text = `$(server) ${running.model}`;
    item.tooltip = `${running.model} is served at ${running.address}. Click to stop it.`;
    item.accessibilityInformation = { label: `InnerEye serves ${running.model}; stop it` };
    item.command = 'innereye.stopServing';
    item.show();
  };
  const stop = () => {
    starting?.abort(new vscode.CancellationError());
    service?.stop();
  };
  const serve = async (bundle: string) => {
    stop();
    const start = new AbortController();
    starting = start;
    const { startLocalService } = await import('./local-service.ts');
    const location = vscode.ProgressLocation.Window;
    const title = `Serving ${basename(bundle)}`;
    const started = await vscode.window.withProgress({ location, title }, () =>
      startLocalService(backend.program(), bundle, line => log.info(line), start.signal),
    );
    show(started);
    void started.ended.then(() => service === started && show(undefined));
    return started;
  };

  const parts = [
    command('runs.export', async (argument?: RunArgument) => {
      const run = await runFor(runs, argument, { ...EXPORTABLE, title: 'Export' });
      if (!run || !(await ensureEngine(backend))) return;
      const target = await vscode.window.showSaveDialog({
        title: `Export ${run.name}`,
        defaultUri: vscode.Uri.file(join(run.folder, '..', '..', `${run.name}.innereye.zip`)),
        filters: { 'InnerEye bundle': ['zip'] },
      });
      if (!target) return;
      await exportRun(backend, run, target.fsPath);
      const choice = await vscode.window.showInformationMessage(
        `${run.name} is exported to ${basename(target.fsPath)}.`,
        'Serve Locally',
        'Reveal',
      );
      if (choice === 'Serve Locally') await serve(target.fsPath);
      if (choice === 'Reveal') await vscode.commands.executeCommand('revealInExplorer', target);
    }),
    command('serveLocally', async (argument?: vscode.Uri | RunArgument) => {
      if (!(await ensureEngine(backend))) return;
      if (argument instanceof vscode.Uri) return void (await serve(argument.fsPath));
      const run = await runFor(runs, argument, { ...EXPORTABLE, title: 'Serve Locally' });
      if (!run) return;
      const bundles = join(backend.storage, 'bundles');
      await makeFolder(bundles);
      const folder = await mkdtemp(join(bundles, 'served-'));
      const remove = () => rm(folder, { recursive: true, force: true });
      try {
        const bundle = join(folder, `${basename(run.folder)}.zip`);
        await exportRun(backend, run, bundle);
        void (await serve(bundle)).ended.then(remove);
      } catch (error) {
        await remove();
        throw error;
      }
    }),
    command('sendScan', async (argument?: vscode.Uri) => {
      const scan = argument instanceof vscode.Uri ? argument : (scanInFront() ?? (await askScan()));
      if (!scan) return;
      if (!service) {
        await vscode.commands.executeCommand('innereye.serveLocally');
        if (!service) return;
      }
      const series = (await isFolder(scan)) ? await pickSeries(scan.fsPath) : NO_SERIES;
      if (!series) return;
      const labels = await send(service, scan, series.uid);
      const files = [scan, vscode.Uri.file(labels)];
      await vscode.commands.executeCommand('innereye.overlayVolumes', scan, files);
    }),
    command('stopServing', stop),
    { dispose: stop },
    log,
    item,
  ];
  show(undefined);
  return vscode.Disposable.from(...parts);
}

const EXPORTABLE = {
  none: 'There is no trained run in this workspace yet.',
  suits: ({ score, status }: RunRow) => status === 'completed' || score !== undefined,
};

/** Makes a bundle of a run, also over a file that the dialog has asked about. @throws Fault with what the backend said. */
async function exportRun(backend: Backend, run: RunRow, file: string): Promise<void> {
  await backend.run(['export', run.folder, '--output', file, '--force'], { title: `Exporting ${run.name}` });
}

/** Sends a scan, with a notification that can cancel it. @returns the label map. */
function send(service: LocalService, scan: vscode.Uri, series: string | undefined): Thenable<string> {
  const location = vscode.ProgressLocation.Notification;
  const title = `${service.model} segments ${basename(scan.fsPath)}`;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (_, token) => {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort(new vscode.CancellationError()));
    try {
      const { sendScan } = await import('./send-scan.ts');
      const output = join(baseFolder(scan), 'predictions', service.model.replace(':', '-'));
      return await sendScan(service, scan.fsPath, output, { series, signal: stop.signal });
    } finally {
      cancelled.dispose();
    }
  });
}

/** The scan that is looked at; undefined where the tab in front is another. */
function scanInFront(): vscode.Uri | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  return input instanceof vscode.TabInputCustom && input.viewType === VOLUME_EDITOR ? input.uri : undefined;
}

/** Of a volume in a file. */
const NO_SERIES = { uid: undefined };

const isFolder = async (scan: vscode.Uri): Promise<boolean> =>
  ((await vscode.workspace.fs.stat(scan)).type & vscode.FileType.Directory) !== 0;

async function pickSeries(folder: string): Promise<{ uid: string } | undefined> {
  return (await import('../viewer/pick-series.ts')).pickSeries(folder);
}

async function askScan(): Promise<vscode.Uri | undefined> {
  const [scan] = (await vscode.window.showOpenDialog({ title: 'Scan to segment' })) ?? [];
  return scan;
}
