import { basename, join } from 'node:path';
import type * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { type Backend, baseFolder } from './backend.ts';
import { ensureEngine } from './engine.ts';

/** A scan, and the labels that a run gave it. */
export interface Prediction {
  readonly scan: string;
  readonly labels: string;
}

/**
 * Segments scans with a trained run, into `predictions/<run>` beside the runs' workspace.
 * @returns what was written, in the order of the scans; undefined where there is no engine
 */
export async function predictScans(
  backend: Backend,
  run: RunRow,
  scans: readonly vscode.Uri[],
): Promise<Prediction[] | undefined> {
  if (!(await ensureEngine(backend))) return undefined;
  const output = join(baseFolder(scans[0]!), 'predictions', basename(run.folder));
  const inputs = scans.map(({ fsPath }) => fsPath);
  const args = ['predict', '--model', run.folder, '--output', output, '--json', '--input', ...inputs];
  const what = scans.length === 1 ? basename(inputs[0]!) : `${scans.length} scans`;
  const written = await backend.run(args, { title: `Predicting ${what} with ${run.name}` });
  const { files } = JSON.parse(written) as { files: string[] };
  return files.map((labels, index) => ({ scan: inputs[index]!, labels }));
}
