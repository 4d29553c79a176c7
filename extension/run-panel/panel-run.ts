import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readDocument } from '../../src/config/document.ts';
import { settingValues } from '../../src/config/list-settings.ts';
import { plainValue } from '../../src/config/tree.ts';
import type { PanelRun, PanelSetting } from '../../src/contracts/run-panel.ts';
import { openRun, RUN_FILES } from '../../src/runs/run-folder.ts';
import { fullTitleOf, jobOf, rowOf } from '../../src/runs/run-row.ts';

const CHECKPOINTS = dirname(RUN_FILES.best);

/**
 * A run as the panel shows it.
 * @throws Fault where the folder is no run (any more) or its manifest is broken
 */
export async function readPanelRun(folder: string): Promise<PanelRun> {
  const run = await openRun(folder);
  const { manifest, status } = run;
  const { name, startedAt, finishedAt, resumed, configuration, best, results, error, azure } = manifest;
  return {
    folder,
    name: name ? fullTitleOf(rowOf(run)) : basename(folder),
    status,
    startedAt,
    configuration: configuration.file,
    settings: await readSettings(folder),
    results,
    checkpoints: await checkpointsIn(folder),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(resumed && { resumed }),
    ...(best && { best }),
    ...(error !== undefined && { error }),
    ...(azure && { job: jobOf(azure) }),
  };
}

/** Old ones are removed as new ones are written; events tell of all. */
async function checkpointsIn(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, CHECKPOINTS)).catch(() => [] as string[]);
  return names.filter(name => name.endsWith('.safetensors')).map(name => `${CHECKPOINTS}/${name}`);
}

async function readSettings(folder: string): Promise<PanelSetting[]> {
  const file = join(folder, RUN_FILES.configuration);
  const text = await readFile(file, 'utf8').catch(() => '');
  const { root } = readDocument(file, text);
  return root?.kind === 'map' ? settingValues(plainValue(root) as object) : [];
}
