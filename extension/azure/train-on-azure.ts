import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { SubmissionPreview } from '../../src/contracts/azure-preview.ts';
import { baseFolder, outputFolder } from '../backend/backend.ts';
import { saveConfigurations } from '../backend/train.ts';
import type { Runs } from '../runs/runs.ts';
import type { OpenRun } from '../runs/start-commands.ts';
import { reporting, showFault } from '../show-fault.ts';
import type { AzureBackend } from './azure-backend.ts';
import { type FromPreview, previewPage, type ToPreview } from './preview-page.ts';

export interface TrainOnAzureParts {
  readonly azure: AzureBackend;
  readonly runs: Runs;
  readonly openRun: OpenRun;
  /** Lets the user choose workspace and cluster for a configuration. @returns whether they did. */
  choose(configuration: vscode.Uri): Promise<boolean>;
}

/** What is missing where a configuration does not say yet on which cluster it is trained. */
const INCOMPLETE = /is not known: azure\.\w+ is missing/;

/**
 * Shows everything that a submission would send; its button submits just that.
 * @param options of `innereye azure submit`, such as `--search`.
 */
export async function trainOnAzure(
  parts: TrainOnAzureParts,
  configuration: vscode.Uri,
  options: readonly string[] = [],
): Promise<void> {
  await saveConfigurations();
  const { azure, choose } = parts;
  const model = basename(configuration.fsPath).replace(/\.innereye\.ya?ml$/, '');
  const args = ['submit', configuration.fsPath, '--dry-run', ...options];
  try {
    const preview = await azure.ask<SubmissionPreview>(args, {
      scope: configuration,
      cwd: baseFolder(configuration),
      title: `Preparing to train ${model} on AzureML`,
    });
    showPreview(parts, configuration, options, preview, model);
  } catch (error) {
    if (!(error instanceof Error) || !INCOMPLETE.test(error.message)) throw error;
    const again = async () => {
      if (await choose(configuration)) await trainOnAzure(parts, configuration, options);
    };
    void showFault(error, { title: 'Choose Workspace…', run: reporting(again) });
  }
}

function showPreview(
  parts: TrainOnAzureParts,
  configuration: vscode.Uri,
  options: readonly string[],
  preview: SubmissionPreview,
  model: string,
): void {
  const panel = vscode.window.createWebviewPanel(
    'innereye.azurePreview',
    `AzureML: ${model}`,
    vscode.ViewColumn.Active,
    { enableScripts: true, localResourceRoots: [] },
  );
  const { webview } = panel;
  const nonce = randomBytes(16).toString('hex');
  webview.html = previewPage(preview, { model, nonce, cspSource: webview.cspSource });
  let busy = false;
  const become = (now: boolean) => {
    busy = now;
    void webview.postMessage({ type: 'busy', busy } satisfies ToPreview);
  };
  webview.onDidReceiveMessage(
    reporting(async ({ type }: FromPreview) => {
      if (busy) return;
      if (type === 'settings') {
        if (!(await parts.choose(configuration))) return;
        panel.dispose();
        return trainOnAzure(parts, configuration, options);
      }
      become(true);
      try {
        const run = await submit(parts.azure, configuration, options, preview);
        panel.dispose();
        await parts.runs.read(run);
        await parts.openRun(run);
      } catch (error) {
        become(false);
        if (!(error instanceof Error) || !/since the preview/.test(error.message)) throw error;
        const again = async () => {
          panel.dispose();
          await trainOnAzure(parts, configuration, options);
        };
        void showFault(error, { title: 'Preview Again', run: reporting(again) });
      }
    }),
  );
}

/** Submits what was previewed, and nothing else. @returns the folder of its run. */
async function submit(
  azure: AzureBackend,
  configuration: vscode.Uri,
  options: readonly string[],
  { job, digest }: SubmissionPreview,
): Promise<string> {
  await saveConfigurations();
  const args = [
    ...['submit', configuration.fsPath, '--output', outputFolder(configuration)],
    ...['--name', job, '--as-previewed', digest, ...options],
  ];
  const { run } = await azure.ask<{ readonly run: string }>(args, {
    scope: configuration,
    cwd: baseFolder(configuration),
    title: `Submitting ${job}`,
  });
  return run;
}
