import { dirname } from 'node:path';
import type { ScalarDatasetSettings } from '../../config/schema/configuration.ts';
import { Fault, type Place } from '../../foundation/fault.ts';
import type { Subject, TableValues, VolumeSource } from '../dataset.ts';
import { fileInside } from '../inside-folder.ts';
import { quoted } from '../reading.ts';
import type { Table, TableRow } from '../table.ts';
import { namesNone, parseClasses, parseNumber } from './parse-target.ts';

/** What stands in the rows of one subject, or of one of its visits. */
export interface RowValues extends Pick<Subject, 'images' | 'place'> {
  readonly values: TableValues;
}

/** Reads the rows of one subject, or of one of its visits. */
export class RowReader {
  constructor(
    private readonly table: Table,
    private readonly settings: ScalarDatasetSettings,
    private readonly id: string,
    private readonly rows: readonly TableRow[],
  ) {}

  /**
   * Undefined where the settings say that such a subject or visit is left out.
   * @param labelled false: its targets are not asked for
   * @throws Fault of the cell that is wrong.
   */
  read({ labelled = true } = {}): RowValues | undefined {
    const { settings, rows } = this;
    const { features } = settings;
    const numbers = features.numerical.map(column => {
      const { text, row } = this.cell(column, this.channelsOf(column));
      return text === '' ? Number.NaN : parseNumber(text, column, this.at(row));
    });
    const words = features.categorical.map(column => this.cell(column, this.channelsOf(column)).text);
    if (this.isLeftOut()) return undefined;
    const empty = this.emptyFeatures();
    if (empty.length > 0 && features.missing === 'error') {
      throw new Fault(`the subject has no value for ${quoted(empty)}`, {
        place: this.at(rows[0]!),
        remedy: 'Fill in the cell, or set dataset.features.missing to impute or drop.',
      });
    }
    const targets = labelled ? this.targets() : undefined;
    return {
      images: settings.channels.map(channel => this.image(channel)),
      values: { numbers, words, ...(targets && { targets }) },
      place: this.at(rows[0]!),
    };
  }

  /** Whether the settings say that such a subject or visit is left out: a feature has no value. */
  isLeftOut(): boolean {
    return this.settings.features.missing === 'drop' && this.emptyFeatures().length > 0;
  }

  private emptyFeatures(): string[] {
    const { numerical, categorical } = this.settings.features;
    return [...numerical, ...categorical].filter(
      column => this.cell(column, this.channelsOf(column)).text === '',
    );
  }

  private targets(): number[] | undefined {
    const { targets, missing_labels } = this.settings;
    const channels = targets.channel === undefined ? undefined : [targets.channel];
    const columns = 'columns' in targets ? targets.columns : [targets.column];
    const cells = columns.map(column => ({ column, ...this.cell(column, channels) }));
    const told = this.rowsOf(channels).length > 0;
    const missing = cells
      .filter(({ text }) => text === '' && !(told && namesNone(text, targets)))
      .map(({ column }) => column);
    if (missing.length > 0 && missing_labels === 'error') {
      throw new Fault(`the subject has no value for the target ${quoted(missing)}`, {
        place: this.at(cells[0]!.row),
        remedy: 'Fill in the cell, or set dataset.missing_labels to drop.',
      });
    }
    if (missing.length > 0) return undefined;
    return 'columns' in targets
      ? cells.map(({ text, column, row }) => parseNumber(text, column, this.at(row)))
      : parseClasses(cells[0]!.text, targets, this.at(cells[0]!.row));
  }

  private image(channel: string): VolumeSource {
    const { channel_column, image_column } = this.settings;
    const column = channel_column === undefined ? channel : image_column!;
    const { text, row } = this.cell(column, channel_column === undefined ? undefined : [channel]);
    if (text === '') {
      throw new Fault(`the subject has no file for the channel "${channel}"`, {
        place: this.at(row),
        remedy: `Fill in the column "${column}".`,
      });
    }
    const [path, ...inside] = text.split('|');
    const file = fileInside(dirname(this.table.file), path!, this.at(row), { absolute: true });
    return { file: [file, ...inside].join('|'), row: row.line };
  }

  /** The one filled cell of a column among the rows of the channels; of all rows where no channels are said. */
  private cell(column: string, channels: readonly string[] | undefined): { text: string; row: TableRow } {
    const rows = this.rowsOf(channels);
    const [first, ...others] = rows.filter(row => row.cells.get(column) !== '');
    if (first === undefined) return { text: '', row: rows[0] ?? this.rows[0]! };
    const text = first.cells.get(column)!;
    const other = others.find(row => row.cells.get(column) !== text);
    if (other !== undefined) {
      throw new Fault(
        `the subject has two values in the column "${column}": "${text}" and "${other.cells.get(column)}"`,
        { place: this.at(other), remedy: 'Keep one, or say by channels which rows hold it.' },
      );
    }
    return { text, row: first };
  }

  private rowsOf(channels: readonly string[] | undefined): readonly TableRow[] {
    const { channel_column } = this.settings;
    return channel_column === undefined || channels === undefined
      ? this.rows
      : this.rows.filter(row => channels.includes(row.cells.get(channel_column)!));
  }

  private channelsOf(column: string): readonly string[] | undefined {
    const { channels } = this.settings.features;
    return channels?.[column] ?? channels?.Default;
  }

  private at(row: TableRow): Place {
    return { file: this.table.file, line: row.line, subject: this.id };
  }
}
