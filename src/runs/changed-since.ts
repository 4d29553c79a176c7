import { loadConfiguration } from '../config/load-configuration.ts';
import { differences } from './compare-runs.ts';
import { openRun } from './run-folder.ts';
import { readRunSettings } from './run-settings.ts';

/** What a run fixes itself where the configuration leaves it open. */
const FIXED_BY_PLAN = new Set(['training.epochs', 'validation.every_epochs']);

/**
 * Settings of a configuration that are no longer what a run was begun with; the run goes on with what it began with.
 * @returns paths such as `optimizer.learning_rate`; empty where the configuration cannot be read any more.
 */
export async function settingsChangedSince(runFolder: string): Promise<string[]> {
  const { manifest } = await openRun(runFolder);
  const { file, overrides } = manifest.configuration;
  try {
    const { settings } = await loadConfiguration(file, { set: overrides, checkFiles: false });
    return differences(await readRunSettings(runFolder), settings)
      .map(({ setting }) => setting)
      .filter(setting => !FIXED_BY_PLAN.has(setting));
  } catch {
    return [];
  }
}
