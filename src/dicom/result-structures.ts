import type { StructureSettings } from '../config/schema/configuration.ts';
import { structureColor } from '../config/structure-color.ts';
import type { ResultStructure } from './common-modules.ts';

/** The structures of a model as results for people name, colour and classify them. */
export const resultStructures = (structures: readonly StructureSettings[]): ResultStructure[] =>
  structures.map((structure, index) => ({
    name: structure.name,
    display_name: structure.display_name ?? structure.name,
    color: structureColor(structure, index),
    roi_type: structure.roi_type,
    fill_holes: structure.fill_holes,
  }));
