/** Where a fault lies, as far as it is known. Lines, columns and rows count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly subject?: string;
  readonly row?: number;
  /** Path of the setting that is at odds with what lies there, such as `dataset.channels[0]`. */
  readonly setting?: string;
  /** The other file, where two do not agree. */
  readonly and?: string;
}

/**
 * Something the user can mend: bad input, a missing file, a full disk. Its message says what is wrong, `place` where,
 * `remedy` what to do. Programs print it without a stack trace; any other error is a defect of ours.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly place: Place;
  readonly remedy: string | undefined;

  constructor(what: string, options: { place?: Place; remedy?: string; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.place = options.place ?? {};
    this.remedy = options.remedy;
  }
}

/** Several faults found in one pass, each with its own place and remedy. */
export class Faults extends Error {
  override readonly name = 'Faults';

  constructor(
    what: string,
    readonly faults: readonly Fault[],
  ) {
    super(what);
  }
}

/** `file:line:column, subject S, row R, and in FILE` of what is known, or an empty string. */
export function describePlace(place: Place): string {
  const position = [place.file, place.line, place.line === undefined ? undefined : place.column];
  return [
    position.filter(part => part !== undefined).join(':'),
    place.subject === undefined ? '' : `subject ${place.subject}`,
    place.row === undefined ? '' : `row ${place.row}`,
    place.and === undefined ? '' : `and in ${place.and}`,
  ]
    .filter(part => part !== '')
    .join(', ');
}

/** A fault in lines for a terminal: what, where, what to do. */
export function describeFault(fault: Fault): string {
  const place = describePlace(fault.place);
  return [fault.message, place && `  at ${place}`, fault.remedy && `  ${fault.remedy}`]
    .filter(Boolean)
    .join('\n');
}
