import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Fault, Faults } from '../src/foundation/fault.ts';

/** Something that a notification offers to do. */
export interface Action {
  readonly title: string;
  run(): unknown;
}

/** Tells of something that went wrong: what, what to do, and a way to the place where it lies. */
export async function showFault(error: unknown, ...actions: readonly Action[]): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  const fault = error instanceof Faults ? error.faults[0]! : error;
  const what = fault instanceof Error ? fault.message : String(fault);
  const text = `${what[0]?.toUpperCase()}${what.slice(1)}.`.replace(/([.!?…])\.$/, '$1');
  const { remedy, place } = fault instanceof Fault ? fault : { remedy: undefined, place: {} };
  const offered = [
    ...(place.file && place.line ? [openPlace(place.file, place.line, place.column)] : []),
    ...actions,
  ];
  const chosen = await vscode.window.showErrorMessage(
    [placeText(place), text, remedy].filter(Boolean).join(' '),
    ...offered.map(({ title }) => title),
  );
  await offered.find(({ title }) => title === chosen)?.run();
}

/** Where in a file it lies: of several configurations the one that is meant. */
const placeText = ({ file, line }: { file?: string | undefined; line?: number | undefined }): string =>
  file && line ? `${basename(file)}:${line}:` : '';

/** Runs what a command does, and tells of its faults. */
export function reporting<A extends readonly unknown[]>(
  run: (...args: A) => unknown,
): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await run(...args);
    } catch (error) {
      await showFault(error);
    }
  };
}

/** Lines and columns count from 1. */
function openPlace(file: string, line: number, column = 1): Action {
  const position = new vscode.Position(line - 1, column - 1);
  return {
    title: 'Open Configuration',
    run: () =>
      vscode.window.showTextDocument(vscode.Uri.file(file), {
        selection: new vscode.Range(position, position),
      }),
  };
}
