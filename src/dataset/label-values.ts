import { nearestName } from '../config/nearest.ts';
import type { StructureSettings } from '../config/schema/configuration.ts';
import { Fault, type Place } from '../foundation/fault.ts';
import { quoted } from './reading.ts';

/** Values in label maps: of each structure in the configuration's order, and those that count as background. */
export interface LabelValues {
  readonly values: readonly number[];
  readonly background: readonly number[];
}

/**
 * Which value each structure has in the label maps: the configuration's `label`, or else that of the same name among
 * the labels the data set declares (letters' case aside). Declared labels that are not segmented become background.
 * @param declared name to value; empty for data sets that declare nothing.
 * @throws Fault for a structure without a value, two with the same, or a value that means another structure.
 */
export function labelValues(
  structures: readonly StructureSettings[],
  declared: ReadonlyMap<string, number>,
  place: Place,
): LabelValues {
  const byName = new Map([...declared].map(([name, value]) => [name.toLowerCase(), value]));
  const values = structures.map(({ name, label }, index) => {
    const at = { ...place, setting: `dataset.structures[${index}]` };
    const meant = byName.get(name.toLowerCase());
    if (label !== undefined && meant !== undefined && label !== meant) {
      throw new Fault(`the structure "${name}" has label ${label} here, but ${meant} in the data set`, {
        place: at,
        remedy: `Set its label to ${meant}, or leave it out.`,
      });
    }
    const value = label ?? meant;
    if (value === undefined) throw withoutLabel(name, declared, at);
    if (declared.size > 0 && ![...declared.values()].includes(value)) {
      throw new Fault(
        `the data set has no label ${value} (structure "${name}"); its labels are ${listed(declared)}`,
        { place: at, remedy: 'Use one of those values as the label of the structure.' },
      );
    }
    return value;
  });
  const repeated = values.findIndex((value, index) => values.indexOf(value) !== index);
  if (repeated !== -1) {
    const first = structures[values.indexOf(values[repeated]!)]!.name;
    throw new Fault(
      `the structures "${first}" and "${structures[repeated]!.name}" have the same label ${values[repeated]}`,
      {
        place: { ...place, setting: `dataset.structures[${repeated}]` },
        remedy: 'Give each structure the value it has in the label maps.',
      },
    );
  }
  return {
    values,
    background: [...declared.values()].filter(value => value !== 0 && !values.includes(value)),
  };
}

function withoutLabel(name: string, declared: ReadonlyMap<string, number>, place: Place): Fault {
  const meant = nearestName(name, declared.keys());
  return declared.size === 0
    ? new Fault(`the structure "${name}" has no label`, {
        place,
        remedy: 'Set `label` to the value it has in the label maps.',
      })
    : new Fault(`the data set has no structure "${name}"; its labels are ${listed(declared)}`, {
        place,
        remedy:
          meant === undefined
            ? 'Use one of those names, or set `label` to its value.'
            : `Did you mean "${meant}"?`,
      });
}

const listed = (declared: ReadonlyMap<string, number>) =>
  [...declared].map(([name, value]) => `${value} "${name}"`).join(', ');

/**
 * Position of each configured channel among the data set's own, by name without regard to case. One channel on either
 * side needs no name to agree only if it does agree: a wrong modality is an error, not a guess.
 * @throws Fault listing the names there are.
 */
export function channelIndices(
  channels: readonly string[],
  available: readonly string[],
  place: Place,
): readonly number[] {
  return channels.map((channel, at) => {
    const index = available.findIndex(name => name.toLowerCase() === channel.toLowerCase());
    if (index !== -1) return index;
    const meant = nearestName(channel, available);
    throw new Fault(`the data set has no channel "${channel}"; its channels are ${quoted(available)}`, {
      place: { ...place, setting: `dataset.channels[${at}]` },
      remedy: meant === undefined ? 'Use those names in `channels`.' : `Did you mean "${meant}"?`,
    });
  });
}
