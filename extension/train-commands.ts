import * as vscode from 'vscode';
import type { Backend } from './backend/backend.ts';
import { configurationFor } from './backend/pick-configuration.ts';
import type { TrainingOptions } from './backend/training-arguments.ts';
import { runFor } from './runs/pick-run.ts';
import { isScalar } from './runs/run-context.ts';
import type { Runs } from './runs/runs.ts';
import type { OpenRun } from './runs/start-commands.ts';
import { reporting, showFault } from './show-fault.ts';
import { requireTrust } from './trust.ts';

export interface TrainCommandParts {
  readonly backend: Backend;
  readonly runs: Runs;
  readonly memory: vscode.Memento;
  readonly globalMemory: vscode.Memento;
  readonly openRun: OpenRun;
}

/** What each command needs, loaded when it is called first. */
const needed = {
  engine: () => import('./backend/engine.ts'),
  example: () => import('./walkthrough/example.ts'),
  newConfiguration: () => import('./backend/new-configuration.ts'),
  options: () => import('./backend/ask-options.ts'),
  outputs: () => import('./backend/output-notice.ts'),
  predict: () => import('./backend/predict.ts'),
  start: () => import('./runs/start-commands.ts'),
};

/** Options of the last training with options, kept with the workspace. */
const LAST_OPTIONS = 'innereye.trainingOptions';

/** Registers the commands that start the backend for a configuration, a data set or a scan. */
export function registerTrainCommands(parts: TrainCommandParts): vscode.Disposable {
  const { backend, runs, memory, globalMemory, openRun } = parts;
  const command = (name: string, run: (...args: never[]) => unknown) =>
    vscode.commands.registerCommand(
      `innereye.${name}`,
      reporting((...args: never[]) => {
        requireTrust();
        return run(...args);
      }),
    );
  const train = async (configuration: vscode.Uri, options?: TrainingOptions) => {
    const { train } = await needed.start();
    if (!(await train(backend, runs, openRun, configuration, options))) return;
    void (await needed.outputs()).tellOutputFolder(configuration, memory);
  };

  return vscode.Disposable.from(
    command('train', async (argument?: vscode.Uri | string, options?: TrainingOptions) => {
      const configuration = await configurationFor(argument);
      // The Explorer gives the selected files as a second argument.
      const given = Array.isArray(options) ? undefined : options;
      if (configuration) await train(configuration, given);
    }),
    command('trainWithOptions', async (argument?: vscode.Uri | string) => {
      const configuration = await configurationFor(argument);
      if (!configuration) return;
      await runs.start();
      const resumable = runs
        .all()
        .filter(row => row.configuration === configuration.fsPath)
        .filter(({ status }) => status !== 'running' && status !== 'completed');
      const { askOptions } = await needed.options();
      const options = await askOptions(memory.get(LAST_OPTIONS, {}), resumable);
      if (!options) return;
      const { resume: _, ...kept } = options;
      await memory.update(LAST_OPTIONS, kept);
      await train(configuration, options);
    }),
    command('crossValidate', async (argument?: vscode.Uri | string) => {
      const configuration = await configurationFor(argument);
      const folds = configuration && (await askFolds(memory.get(LAST_FOLDS, DEFAULT_FOLDS)));
      if (!configuration || folds === undefined) return;
      await memory.update(LAST_FOLDS, folds);
      await train(configuration, { crossValidation: folds });
    }),
    command('search', async (argument?: vscode.Uri | string) => {
      const configuration = await configurationFor(argument);
      if (configuration) await (await needed.start()).search(backend, runs, openRun, configuration);
    }),
    command('newConfiguration', async (argument?: vscode.Uri) =>
      (await needed.newConfiguration()).newConfiguration(backend, argument),
    ),
    command('installEngine', async () => (await needed.engine()).installEngine(backend)),
    command('checkEngine', async () => (await needed.engine()).checkEngine(backend)),
    command('makeCohort', async () => (await needed.example()).makeExample(backend, globalMemory)),
    command('predict', async (argument?: vscode.Uri, selected?: readonly vscode.Uri[]) => {
      const scans = selected?.length ? selected : argument ? [argument] : await askScans();
      if (!scans) return;
      const run = await runFor(runs, undefined, {
        title: 'Predict with',
        none: 'There is no run in this workspace yet that segments scans.',
        suits: row => !isScalar(row) && (row.status === 'completed' || row.score !== undefined),
      });
      const result = run && (await (await needed.predict()).predictScans(backend, run, scans));
      if (result?.failure) void showFault(result.failure);
      const first = result?.predictions[0];
      if (!first) return;
      const files = [first.input, first.labels].map(file => vscode.Uri.file(file));
      await vscode.commands.executeCommand('innereye.overlayVolumes', files[0], files);
    }),
  );
}

const DEFAULT_FOLDS = 5;
const LAST_FOLDS = 'innereye.folds';

/** @returns undefined where the user cancels */
export async function askFolds(last = DEFAULT_FOLDS): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: 'Cross-validate',
    prompt: 'Folds: so many networks are trained, each validated on other subjects, and become an ensemble',
    value: String(last),
    validateInput: value =>
      Number.isInteger(Number(value)) && Number(value) >= 2 ? undefined : 'A whole number from 2 on.',
  });
  return text === undefined ? undefined : Number(text);
}

const askScans = (): Thenable<vscode.Uri[] | undefined> =>
  vscode.window.showOpenDialog({ title: 'Scans to segment', canSelectMany: true });
