import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoundedMap } from '../../src/foundation/bounded-map.ts';
import { requireRegular } from '../../src/foundation/regular-file.ts';
import type { DatasetFacts, DatasetPlace } from '../readers.ts';
import { Boundary } from './boundary.ts';

/** A list is looked at again after this time at the earliest, unless the editor tells of a change. */
const TRUSTED_MS = 2000;
/** Data sets remembered; while someone types a path, each key stroke names another one. */
const MAXIMUM_KNOWN = 32;
/** Longer lists are left to `innereye validate`. */
const MAXIMUM_BYTES = 500e6;

interface Known {
  facts: DatasetFacts | undefined;
  /** Modification time and size of the list that the facts were read from. */
  stamp: string;
  /** Infinite while it is being looked at. */
  checked: number;
}

/** Facts about data sets, read beside the answering of requests and remembered until their list changes. */
export class DatasetReader {
  private readonly known = new BoundedMap<string, Known>(MAXIMUM_KNOWN);

  /**
   * @param arrived called when the facts about a data set have become known or have changed.
   * @param now a clock in milliseconds.
   * @param boundary what may be looked at at all.
   */
  constructor(
    private readonly arrived: () => void,
    private readonly now: () => number = () => performance.now(),
    private readonly boundary = new Boundary(),
  ) {}

  /** What is known by now; begins to read what is not. */
  facts(settings: DatasetPlace): DatasetFacts | undefined {
    if (settings.path === undefined) return undefined;
    const key = JSON.stringify([settings.path, settings.format, settings.csv, settings.images]);
    let known = this.known.get(key);
    if (known === undefined) {
      known = { facts: undefined, stamp: '', checked: Number.NEGATIVE_INFINITY };
      this.known.set(key, known);
    }
    if (this.now() - known.checked > TRUSTED_MS) void this.look(settings, known);
    return known.facts;
  }

  /** Makes the next question look at the disk. */
  changed(): void {
    for (const known of this.known.values()) {
      if (known.checked !== Number.POSITIVE_INFINITY) known.checked = Number.NEGATIVE_INFINITY;
    }
  }

  private async look(settings: DatasetPlace, known: Known): Promise<void> {
    known.checked = Number.POSITIVE_INFINITY;
    const before = known.facts;
    try {
      // Loaded only where there is a data set: an editor's first diagnostics do not wait for it.
      const { listOf, readDatasetFacts } = await import('../../src/dataset/facts.ts');
      this.boundary.require(settings.path!);
      this.boundary.require(join(settings.path!, settings.csv));
      const list = await listOf(settings);
      this.boundary.require(list);
      const found = await stat(list);
      requireRegular(found, MAXIMUM_BYTES);
      const stamp = `${found.mtimeMs} ${found.size}`;
      if (stamp !== known.stamp) known.facts = await readDatasetFacts(settings);
      known.stamp = stamp;
    } catch {
      // There is no such data set, or its list is broken: `innereye validate` says how.
      known.facts = undefined;
      known.stamp = '';
    }
    known.checked = this.now();
    if (known.facts !== before) this.arrived();
  }
}
