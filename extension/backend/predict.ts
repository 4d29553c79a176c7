import { basename, join } from 'node:path';
import type * as vscode from 'vscode';
import type { RunRow } from '../../src/contracts/runs-table.ts';
import { type Backend, baseFolder } from './backend.ts';
import { ensureEngine } from './engine.ts';
import { type PredictionResult, readPredictions } from './prediction-result.ts';

/**
 * Segments scans with a trained run, into `predictions/<run>` beside the runs' workspace.
 * @returns what was predicted and what failed; undefined where there is no engine
 * @throws Fault where nothing could be predicted
 */
export async function predictScans(
  backend: Backend,
  run: RunRow,
  scans: readonly vscode.Uri[],
): Promise<PredictionResult | undefined> {
  if (!(await ensureEngine(backend, scans[0]))) return undefined;
  const output = join(baseFolder(scans[0]!), 'predictions', basename(run.folder));
  const inputs = scans.map(({ fsPath }) => fsPath);
  const args = ['predict', '--model', run.folder, '--output', output, '--json', '--input', ...inputs];
  const what = scans.length === 1 ? basename(inputs[0]!) : `${scans.length} scans`;
  const said = await backend.run(args, {
    scope: scans[0],
    partly: true,
    title: `Predicting ${what} with ${run.name}`,
  });
  return readPredictions(said);
}
