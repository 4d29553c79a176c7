import { loadConfiguration } from '../config/load-configuration.ts';
import { differences } from './compare-runs.ts';
import { openRun } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/** What a run fixes itself where the configuration leaves it open. */
const FIXED_BY_PLAN = ['training.epochs', 'validation.every_epochs'];
/** What a cross-validation says for all its folds. */
const FIXED_FOR_FOLDS = [...FIXED_BY_PLAN, 'name', 'inference.splits'];

/**
 * Settings of a configuration that are no longer what a run was begun with; the run goes on with what it began with.
 * @returns paths such as `optimizer.learning_rate`; empty where the configuration cannot be read any more.
 */
export async function settingsChangedSince(runFolder: string): Promise<string[]> {
  const { manifest } = await openRun(runFolder);
  const { file, overrides } = manifest.configuration;
  const fixed = manifest.kind === 'cross-validation' ? FIXED_FOR_FOLDS : FIXED_BY_PLAN;
  try {
    const { settings } = await loadConfiguration(file, { set: overrides, checkFiles: false });
    return differences(await readRunSettings(runFolder), settings)
      .map(({ setting }) => setting)
      .filter(setting => !fixed.includes(setting));
  } catch {
    return [];
  }
}
