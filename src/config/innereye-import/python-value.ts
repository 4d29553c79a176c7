/** A value as Python prints it: plain data; enum members as their name; instances as a map of their fields. */
export type PythonValue = string | number | boolean | null | PythonValue[] | { [key: string]: PythonValue };

/**
 * Reads what Python's `str` and `repr` print of configuration values: literals, tuples, lists, dictionaries, enum
 * members (`Kind.Member`, `<Kind.Member: 'value'>`), dataclasses and paths. What it does not understand stays text.
 */
export function readPythonValue(text: string): PythonValue {
  const trimmed = text.trim();
  const reader = new Reader(trimmed);
  try {
    const value = reader.value();
    return reader.atEnd() ? value : trimmed;
  } catch (error) {
    if (error instanceof NotPython) return trimmed;
    throw error;
  }
}

class NotPython extends Error {}

class Reader {
  private position = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    this.skipSpace();
    return this.position === this.text.length;
  }

  value(): PythonValue {
    if (++this.depth > 50) throw new NotPython();
    this.skipSpace();
    const next = this.text[this.position];
    let value: PythonValue;
    if (next === '(') value = this.list('(', ')');
    else if (next === '[') value = this.list('[', ']');
    else if (next === '{') value = this.dictionary();
    else if (next === "'" || next === '"') value = this.quoted();
    else if (next === '<') value = this.enumMember();
    else value = this.word();
    this.depth--;
    return value;
  }

  private list(open: string, close: string): PythonValue[] {
    const values: PythonValue[] = [];
    this.expect(open);
    while (!this.accept(close)) {
      values.push(this.value());
      if (!this.accept(',') && this.peek() !== close) throw new NotPython();
    }
    return values;
  }

  private dictionary(): PythonValue {
    const entries: [string, PythonValue][] = [];
    this.expect('{');
    while (!this.accept('}')) {
      const key = String(this.value());
      this.expect(':');
      entries.push([key, this.value()]);
      if (!this.accept(',') && this.peek() !== '}') throw new NotPython();
    }
    return Object.fromEntries(entries);
  }

  private quoted(): string {
    const match = this.match(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y);
    return (match[1] ?? match[2]).replace(/\\(.)/g, '$1');
  }

  /** `<SegmentationLoss.Focal: 'Focal'>` */
  private enumMember(): string {
    return this.match(/<\w+(?:\.\w+)*\.(\w+): [^>]*>/y)[1];
  }

  private word(): PythonValue {
    const [word] = this.match(/[\w.+-]+/y);
    if (word === 'None') return null;
    if (word === 'True' || word === 'False') return word === 'True';
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word)) return Number(word);
    if (this.peek() === '(') return this.instance(word);
    return /^[A-Za-z_]\w*\.[A-Za-z_]\w*$/.test(word) ? word.slice(word.lastIndexOf('.') + 1) : word;
  }

  /** `PosixPath('/data')`, or a dataclass with its fields. */
  private instance(kind: string): PythonValue {
    this.expect('(');
    if (/Path$/.test(kind)) {
      const path = this.value();
      this.expect(')');
      return path;
    }
    const fields: [string, PythonValue][] = [];
    while (!this.accept(')')) {
      const [, name] = this.match(/(\w+)=/y);
      fields.push([name, this.value()]);
      if (!this.accept(',') && this.peek() !== ')') throw new NotPython();
    }
    return Object.fromEntries(fields);
  }

  private match(pattern: RegExp): RegExpExecArray {
    this.skipSpace();
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match === null) throw new NotPython();
    this.position = pattern.lastIndex;
    return match;
  }

  private peek(): string | undefined {
    this.skipSpace();
    return this.text[this.position];
  }

  private accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position++;
    return true;
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw new NotPython();
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? '')) this.position++;
  }
}
