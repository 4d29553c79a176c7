import * as vscode from 'vscode';
import { type RunRow, STATUS_WORDS } from '../../src/contracts/runs-table.ts';
import { joinPairs, splitPairs, wrongPairs } from '../runs/pairs.ts';
import type { TrainingOptions } from './training-arguments.ts';

interface OptionItem extends vscode.QuickPickItem {
  /** Asks for a new value; `undefined` starts the training. */
  readonly ask?: () => Promise<Partial<TrainingOptions> | undefined>;
}

/**
 * Asks for options of a training, starting from those of the last time.
 * @param resumable runs of the configuration that can be gone on with, newest first
 * @returns undefined where the user cancels
 */
export async function askOptions(
  last: TrainingOptions,
  resumable: readonly RunRow[],
): Promise<TrainingOptions | undefined> {
  let options = last;
  for (;;) {
    const items = itemsFor(options, resumable);
    const chosen = await vscode.window.showQuickPick(items, { title: 'Train with Options' });
    if (!chosen) return undefined;
    if (!chosen.ask) return options;
    const changed = await chosen.ask();
    if (changed) options = withoutUndefined({ ...options, ...changed });
  }
}

function itemsFor(options: TrainingOptions, resumable: readonly RunRow[]): OptionItem[] {
  const { maxMinutes, overrides = [], tags = [], resume } = options;
  return [
    { label: '$(play) Train', description: resume ? 'goes on with a run' : 'starts a new run' },
    {
      label: '$(watch) Time',
      description:
        maxMinutes === undefined ? 'as many epochs as the configuration says' : `${maxMinutes} minutes`,
      ask: async () => {
        const text = await askText(
          'Minutes that the training may take; empty for no limit',
          maxMinutes,
          wrongMinutes,
        );
        return text === undefined
          ? undefined
          : ({ maxMinutes: text === '' ? undefined : Number(text) } as TrainingOptions);
      },
    },
    {
      label: '$(settings) Settings',
      description: overrides.join(' ') || 'as in the configuration',
      ask: () =>
        askList('Settings to override, such as training.epochs=10', overrides).then(
          list => list && { overrides: list },
        ),
    },
    {
      label: '$(tag) Tags',
      description: tags.join(' ') || 'none',
      ask: () => askList('Tags, such as site=B', tags).then(list => list && { tags: list }),
    },
    ...(resumable.length > 0 || resume ? [resumeItem(resume, resumable)] : []),
  ];
}

function resumeItem(resume: string | undefined, resumable: readonly RunRow[]): OptionItem {
  const now = resumable.find(({ folder }) => folder === resume);
  return {
    label: '$(debug-continue) Resume',
    description: now
      ? `${now.name}, ${STATUS_WORDS[now.status]}, ${new Date(now.startedAt).toLocaleString()}`
      : 'no, a new run',
    ask: async () => {
      const items = [
        { label: 'A new run', folder: undefined },
        ...resumable.map(({ name, status, startedAt, folder }) => ({
          label: name,
          description: `${STATUS_WORDS[status]}, ${new Date(startedAt).toLocaleString()}`,
          folder,
        })),
      ];
      const chosen = await vscode.window.showQuickPick(items, { title: 'Go on with' });
      return chosen && ({ resume: chosen.folder } as TrainingOptions);
    },
  };
}

async function askText(
  prompt: string,
  value: number | string | undefined,
  validateInput: (text: string) => string | undefined,
): Promise<string | undefined> {
  return vscode.window.showInputBox({ prompt, value: String(value ?? ''), validateInput });
}

/** Asks for `name=value` pairs. */
async function askList(prompt: string, list: readonly string[]): Promise<string[] | undefined> {
  const text = await askText(prompt, joinPairs(list), wrongPairs);
  return text === undefined ? undefined : splitPairs(text);
}

const wrongMinutes = (text: string): string | undefined =>
  text === '' || Number(text) > 0 ? undefined : 'A positive number of minutes.';

const withoutUndefined = (options: TrainingOptions): TrainingOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
