import { Fault, Faults, type Place } from '../foundation/fault.ts';
import { placeOf } from './diagnostic.ts';
import type { Origins } from './provenance.ts';

/** The line of the configuration that is at odds with a file, and that file; other places are as they were. */
export function placeOfSetting(place: Place, origins: Origins): Place {
  const { setting, file, ...rest } = place;
  const location = setting === undefined ? undefined : origins.get(setting)?.location;
  if (location === undefined) return place;
  const { line: _, column: __, ...others } = rest;
  return { ...others, ...placeOf(location), setting: setting!, ...(file !== undefined && { and: file }) };
}

/** An error whose faults name the lines of the configuration too; anything else as it is. */
export function atSettings(error: unknown, origins: Origins): unknown {
  if (error instanceof Faults) {
    return new Faults(
      error.message,
      error.faults.map(fault => atSettings(fault, origins) as Fault),
    );
  }
  if (!(error instanceof Fault) || error.place.setting === undefined) return error;
  return new Fault(error.message, {
    place: placeOfSetting(error.place, origins),
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    cause: error,
  });
}
