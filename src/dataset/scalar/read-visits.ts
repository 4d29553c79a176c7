import type { ScalarDatasetSettings, SequenceConfiguration } from '../../config/schema/configuration.ts';
import { Fault, type Place } from '../../foundation/fault.ts';
import type { Visit } from '../dataset.ts';
import type { Table, TableRow } from '../table.ts';
import { parseNumber } from './parse-target.ts';
import { RowReader } from './read-rows.ts';

type SequenceData = SequenceConfiguration['dataset'];

/**
 * The visits of a subject in their order, with targets where the model is to tell them. A visit that lacks a feature is
 * left out where the settings say so; to the model it did not take place.
 * @param labelled false: the table has no targets
 * @throws Fault for a position that is none or there twice, a hole between visits, or a cell that is wrong.
 */
export function readVisits(
  table: Table,
  settings: SequenceData,
  id: string,
  rows: readonly TableRow[],
  { labelled = true } = {},
): Visit[] {
  const { sequence } = settings;
  const at = (row: TableRow): Place => ({ file: table.file, line: row.line, subject: id });
  const byPosition = new Map<number, TableRow[]>();
  for (const row of rows) {
    const position = positionOf(row, sequence.column, at(row));
    if (position < sequence.minimum || position > (sequence.maximum ?? Number.POSITIVE_INFINITY)) continue;
    const known = byPosition.get(position);
    if (known !== undefined && settings.channel_column === undefined) {
      throw new Fault(
        `the subject has two visits at position ${position} in the column "${sequence.column}", also in line ${known[0]!.line}`,
        { place: at(row), remedy: 'Keep one row for every visit.' },
      );
    }
    byPosition.set(position, [...(known ?? []), row]);
  }
  const positions = [...byPosition.keys()].sort((a, b) => a - b);
  const hole = holeIn(positions, sequence.minimum);
  if (hole !== undefined && sequence.missing_visits === 'error') {
    throw new Fault(
      `the subject has no visit at position ${hole.missing} in the column "${sequence.column}", but one at ${hole.next}`,
      {
        place: at(byPosition.get(hole.next)![0]!),
        remedy: 'Add its row, or set dataset.sequence.missing_visits to skip.',
      },
    );
  }
  const readers = positions.map(position => ({
    position,
    reader: new RowReader(table, settings as ScalarDatasetSettings, id, byPosition.get(position)!),
  }));
  // The last visit is the last of those that took place to the model.
  const kept = readers.filter(({ reader }) => !reader.isLeftOut());
  const isTarget = targetPositions(
    sequence,
    kept.map(({ position }) => position),
  );
  return kept.flatMap(({ position, reader }) => {
    const read = reader.read({ labelled: labelled && isTarget(position) });
    return read ? [{ position, ...read }] : [];
  });
}

function positionOf(row: TableRow, column: string, place: Place): number {
  const text = row.cells.get(column)!;
  const position = text === '' ? Number.NaN : parseNumber(text, column, place);
  if (Number.isInteger(position) && position >= 0) return position;
  throw new Fault(`the column "${column}" holds "${text}", which is no position of a visit`, {
    place,
    remedy: 'Count visits 0, 1, 2 and so on.',
  });
}

/** The first position that is missing before another; visits that come after the last are no hole. */
function holeIn(
  positions: readonly number[],
  minimum: number,
): { missing: number; next: number } | undefined {
  const index = positions.findIndex((position, place) => position !== minimum + place);
  return index < 0 ? undefined : { missing: minimum + index, next: positions[index]! };
}

/** Whether the model is to tell something of the visit at a position, of those that a subject has. */
export function targetPositions(
  { target_positions: targets }: SequenceData['sequence'],
  positions: readonly number[],
): (position: number) => boolean {
  if (targets === 'all') return () => true;
  if (targets === 'last') return position => position === positions.at(-1);
  return position => targets.includes(position);
}
