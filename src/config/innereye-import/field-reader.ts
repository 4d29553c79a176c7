import type { OldSettings } from './old-settings.ts';
import type { PythonValue } from './python-value.ts';

/** Gives out old settings by name and kind, and remembers which were asked for and what was said about them. */
export class FieldReader {
  readonly notes: string[] = [];
  private readonly taken = new Set<string>();

  constructor(private readonly settings: OldSettings) {}

  /** The raw value; undefined where it is absent or None. */
  value(name: string): PythonValue | undefined {
    this.taken.add(name);
    return this.settings.get(name) ?? undefined;
  }

  number(name: string): number | undefined {
    return this.kind(name, 'a number', (value): value is number => typeof value === 'number');
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    return value === undefined || value === '' || typeof value === 'object' ? undefined : String(value);
  }

  flag(name: string): boolean | undefined {
    return this.kind(name, 'True or False', (value): value is boolean => typeof value === 'boolean');
  }

  list(name: string): PythonValue[] | undefined {
    return this.kind(name, 'a list', (value): value is PythonValue[] => Array.isArray(value));
  }

  numbers(name: string): number[] | undefined {
    const isNumbers = (value: PythonValue): value is number[] =>
      Array.isArray(value) && value.every(item => typeof item === 'number');
    return this.kind(name, 'a list of numbers', isNumbers);
  }

  texts(name: string): string[] | undefined {
    return this.list(name)?.map(String);
  }

  /** What an enum member is called, without regard to case, spaces and underscores. */
  member(name: string): string | undefined {
    return this.text(name)?.toLowerCase().replace(/[\s_]/g, '');
  }

  note(text: string): void {
    this.notes.push(text);
  }

  /** Settings that were not asked for and say something. */
  rest(): string[] {
    return [...this.settings.keys()].filter(name => !this.taken.has(name));
  }

  raw(name: string): PythonValue | undefined {
    return this.settings.get(name);
  }

  private kind<T extends PythonValue>(
    name: string,
    what: string,
    is: (value: PythonValue) => value is T,
  ): T | undefined {
    const value = this.value(name);
    if (value === undefined || is(value)) return value;
    this.note(`${name}: not ${what}, so it was left out (${JSON.stringify(value)})`);
    return undefined;
  }
}
