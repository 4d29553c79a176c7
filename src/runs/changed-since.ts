import { loadConfiguration } from '../config/load-configuration.ts';
import type { Manifest } from '../contracts/run.ts';
import { differences } from './compare-runs.ts';
import { openRun } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/** What a run fixes itself where the configuration leaves it open. */
const FIXED_BY_PLAN = ['training.epochs', 'validation.every_epochs'];
/** What a cross-validation says for all its folds. */
const FIXED_FOR_FOLDS = [...FIXED_BY_PLAN, 'name', 'inference.splits'];
/** What is each fold's own. */
const FIXED_FOR_FOLD = [...FIXED_FOR_FOLDS, 'training.seed'];

function fixedIn({ kind, fold }: Manifest): readonly string[] {
  if (kind === 'cross-validation') return FIXED_FOR_FOLDS;
  return fold === undefined ? FIXED_BY_PLAN : FIXED_FOR_FOLD;
}

/**
 * Settings of a configuration that are no longer what a run was begun with; the run goes on with what it began with.
 * @returns paths such as `optimizer.learning_rate`; empty where the configuration cannot be read any more.
 */
export async function settingsChangedSince(runFolder: string): Promise<string[]> {
  const { manifest } = await openRun(runFolder);
  const { file, overrides } = manifest.configuration;
  const fixed = fixedIn(manifest);
  try {
    const { settings } = await loadConfiguration(file, { set: overrides, checkFiles: false });
    return differences(await readRunSettings(runFolder), settings)
      .map(({ setting }) => setting)
      .filter(setting => !fixed.includes(setting));
  } catch {
    return [];
  }
}
