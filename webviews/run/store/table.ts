import { Column, lowerBound } from './column.ts';

/** Where in a run something was said. */
export interface Moment {
  /** Steps done; never falls within a table. */
  readonly at: number;
  /** Seconds of training, see `TrainingClock`. */
  readonly seconds: number;
}

/** Rows of equal columns, ascending in steps and seconds: what one kind of event said of a run. */
export class Table<Name extends string> {
  readonly at = new Column();
  readonly seconds = new Column();
  /** Changes when rows were taken away: what was derived from them must be made anew. */
  generation = 0;
  private readonly columns: Readonly<Record<Name, Column>>;

  constructor(names: readonly Name[]) {
    this.columns = Object.fromEntries(names.map(name => [name, new Column()])) as Record<Name, Column>;
  }

  get length(): number {
    return this.at.length;
  }

  column(name: Name): Column {
    return this.columns[name];
  }

  add(moment: Moment, values: Readonly<Record<Name, number>>): void {
    this.at.push(moment.at);
    this.seconds.push(moment.seconds);
    for (const name in this.columns) this.columns[name].push(values[name]);
  }

  /** Takes away what was said of steps after `at`. */
  keepUntil(at: number): void {
    const length = lowerBound(this.at.values, at + 0.5);
    if (length === this.length) return;
    this.generation++;
    for (const column of [this.at, this.seconds, ...Object.values<Column>(this.columns)])
      column.truncate(length);
  }
}
