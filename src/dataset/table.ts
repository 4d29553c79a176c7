import { readFile } from 'node:fs/promises';
import { CsvError, type Info, parse } from 'csv-parse/sync';
import { nearestName } from '../config/nearest.ts';
import { Fault } from '../foundation/fault.ts';
import { asReadFault } from '../foundation/file-fault.ts';

/** A csv file with a header. Cells are trimmed; a missing cell is an empty string. */
export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  /** Line of the file on which the row ends, counted from 1: the header is line 1. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** @throws Fault where the file cannot be read or is not a csv with a header. */
export async function readTable(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw asReadFault(error, file);
  });
  return parseTable(decode(bytes, file), file);
}

/**
 * A csv file as several short tables with the same columns, one after the other: so that an editor can answer while a
 * long one is read.
 * @throws Fault as `readTable`.
 */
export async function* readTableInPieces(file: string): AsyncGenerator<Table> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw asReadFault(error, file);
  });
  const text = decode(bytes, file).replace(/\r\n?/g, '\n');
  const header = text.slice(0, text.indexOf('\n') + 1);
  let start = header.length;
  if (start === 0 || start === text.length) {
    yield parseTable(text, file);
    return;
  }
  while (start < text.length) {
    const end = endOfPiece(text, start);
    yield parseTable(header + text.slice(start, end), file);
    start = end;
  }
}

const PIECE_CHARACTERS = 16_384;

/** Behind the first line end after a piece's length that lies outside of quotes. */
function endOfPiece(text: string, start: number): number {
  let quoted = false;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x22) quoted = !quoted;
    else if (code === 0x0a && !quoted && index - start >= PIECE_CHARACTERS) return index + 1;
  }
  return text.length;
}

/**
 * Reads what Excel, pandas and InnerEye's tools write: any line ends, a byte order mark, quotes, blanks around cells,
 * commas, or semicolons or tabs where the header has no comma.
 */
export function parseTable(text: string, file: string): Table {
  const [header, ...rows] = parseRecords(text.replace(/\r\n?/g, '\n'), file);
  if (header === undefined) {
    throw new Fault('the csv file is empty', {
      place: { file },
      remedy: 'It needs a header and a row for every image.',
    });
  }
  const columns = header.record.map(name => name.trim());
  const repeated = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new Fault(`the column "${repeated}" is there twice`, {
      place: { file, line: header.info.lines },
      remedy: 'Rename or remove one of the two.',
    });
  }
  return {
    file,
    columns: columns.filter(name => name !== ''),
    rows: rows.map(({ record, info }) => {
      if (record.slice(columns.length).some(cell => cell.trim() !== '')) {
        throw new Fault(`the row has ${record.length} cells, but the header has ${columns.length}`, {
          place: { file, line: info.lines },
          remedy: 'Put quotes around a cell that holds a comma.',
        });
      }
      return {
        line: info.lines,
        cells: new Map(columns.map((name, index) => [name, record[index]?.trim() ?? ''])),
      };
    }),
  };
}

/**
 * @param needed columns that have a purpose of their own, so that none of them is what another was meant to be
 * @throws Fault naming the file, the missing column and the columns there are.
 */
export function requireColumn(
  table: Table,
  column: string,
  purpose?: string,
  needed: readonly string[] = [],
): void {
  if (table.columns.includes(column)) return;
  const meant = nearestName(
    column,
    table.columns.filter(name => !needed.includes(name)),
  );
  throw new Fault(
    `the csv file has no column "${column}"${purpose === undefined ? '' : ` (${purpose})`}; it has ${table.columns.map(name => `"${name}"`).join(', ') || 'none'}`,
    {
      place: { file: table.file, line: 1 },
      remedy:
        meant === undefined ? `Add the column "${column}".` : `Rename the column "${meant}" to "${column}".`,
    },
  );
}

interface CsvRecord {
  readonly record: string[];
  readonly info: Info;
}

function parseRecords(text: string, file: string): CsvRecord[] {
  const header = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const delimiter = [',', ';', '\t'].find(mark => header.includes(mark)) ?? ',';
  try {
    const records: unknown = parse(text, {
      bom: true,
      delimiter,
      info: true,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
      ltrim: true,
      rtrim: true,
    });
    return records as CsvRecord[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw new Fault('the csv file is broken: a quote opens or closes in the wrong place', {
      place: { file, line },
      remedy: 'Quotes stand around a whole cell; a quote inside is written twice.',
      cause: error,
    });
  }
}

/** UTF-8 or UTF-16 with a byte order mark; else what older Windows programs write. */
function decode(bytes: Uint8Array, file: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes.includes(0)) {
    throw new Fault('the file is not a csv file: it holds binary data', {
      place: { file },
      remedy: 'Save the table as "CSV UTF-8".',
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
