import type { StructureSettings } from './schema/configuration.ts';

/** Colours that are easily told apart (Sasha Trubetskoy, "List of 20 simple, distinct colors", 2017), without greys. */
const DISTINCT = [
  ...['#e6194b', '#3cb44b', '#4363d8', '#f58231', '#911eb4', '#46f0f0', '#f032e6', '#bcf60c', '#ffe119'],
  ...['#008080', '#9a6324', '#800000', '#808000', '#000075', '#fabebe', '#e6beff', '#aaffc3', '#ffd8b1'],
];

/** The colour of a structure, "#rrggbb": its own, or one that its neighbours in the list have not. */
export const structureColor = ({ color }: Pick<StructureSettings, 'color'>, index: number): string =>
  color ?? DISTINCT[index % DISTINCT.length]!;
