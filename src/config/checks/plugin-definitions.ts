import type { SegmentationConfiguration } from '../schema/configuration.ts';
import type { Path } from '../tree.ts';
import type { Check, CheckFinding } from './check.ts';

/** Definitions of plugins can be used only where a module is named that holds them. */
export const pluginDefinitions: Check = settings => {
  if (settings.plugins.length > 0) return [];
  const uses: Path[] = [];
  for (const section of ['preprocessing', 'augmentation'] as const) {
    settings[section].forEach((step, index) => {
      if ('plugin' in step) uses.push([section, index, 'plugin']);
    });
  }
  if (settings.architecture.name === 'plugin') uses.push(['architecture', 'name']);
  if (settings.task === 'segmentation') uses.push(...usesOfSegmentation(settings));

  return uses.map(
    (path): CheckFinding => ({
      severity: 'error',
      code: 'no-plugins',
      message: 'no plugin module is named that could define this',
      remedy: 'List the module: `plugins: [./my-plugin.ts]`.',
      path,
      atKey: true,
    }),
  );
};

function usesOfSegmentation({ loss, evaluation }: SegmentationConfiguration): Path[] {
  const uses: Path[] = [];
  if (loss.name === 'plugin') uses.push(['loss', 'name']);
  if (loss.name === 'mixture') {
    loss.components.forEach(({ name }, index) => {
      if (name === 'plugin') uses.push(['loss', 'components', index, 'name']);
    });
  }
  if (evaluation.metrics.length > 0) uses.push(['evaluation', 'metrics']);
  return uses;
}
