import { nearestName } from '../nearest.ts';
import type { PostprocessingStep, SegmentationConfiguration } from '../schema/configuration.ts';
import type { Path } from '../tree.ts';
import type { Check } from './check.ts';

/** Post-processing may name only structures that there are. */
export const structureReferences: Check<SegmentationConfiguration> = ({ dataset, postprocessing }) => {
  const names = dataset.structures.map(({ name }) => name);
  return postprocessing.flatMap((step, index) =>
    namedIn(step)
      .filter(({ name }) => !names.includes(name))
      .map(({ name, path }) => {
        const suggestion = nearestName(name, names);
        return {
          severity: 'error' as const,
          code: 'unknown-structure',
          message: `there is no structure \`${name}\``,
          remedy: suggestion ? `Did you mean \`${suggestion}\`?` : `Structures are: ${names.join(', ')}.`,
          path: ['postprocessing', index, ...path],
          related: [{ message: 'the structures', path: ['dataset', 'structures'] }],
          ...(suggestion ? { suggestion } : {}),
        };
      }),
  );
};

function namedIn(step: PostprocessingStep): { name: string; path: Path }[] {
  if ('largest_component' in step) {
    const { structures } = step.largest_component;
    return structures.map((name, index) => ({ name, path: ['largest_component', 'structures', index] }));
  }
  if ('summed_probability' in step) {
    const { first, second, external } = step.summed_probability;
    return Object.entries({ first, second, external }).map(([key, name]) => ({
      name,
      path: ['summed_probability', key],
    }));
  }
  if ('slice_exclusion' in step) {
    const { lower, higher } = step.slice_exclusion;
    return Object.entries({ lower, higher }).map(([key, name]) => ({ name, path: ['slice_exclusion', key] }));
  }
  return [];
}
