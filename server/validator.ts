import type { Diagnostic } from 'vscode-languageserver-types';
import { diagnostics } from './features/diagnostics.ts';
import type { Readers } from './readers.ts';

/** While edits keep coming in, diagnostics are told at least this often. */
const LONGEST_WAIT_MS = 200;

export interface ValidatorOptions {
  readonly readers: Readers;
  publish(file: string, diagnostics: Diagnostic[]): void;
  /** All open files have been looked at after a change. */
  settled(): void;
  failed(error: unknown): void;
}

/**
 * Keeps the diagnostics of the open files up to date: after an edit the edited file's first, then those of files that
 * inherit from it, each in a turn of its own so that requests are answered between. Idle while nothing changes.
 */
export class Validator {
  /** What was last told of each open file, as JSON. */
  private readonly open = new Map<string, string>();
  private readonly waiting = new Set<string>();
  private scheduled = false;
  private touched = false;
  private since = 0;

  constructor(private readonly options: ValidatorOptions) {}

  opened(file: string): void {
    this.open.set(file, '[]');
    this.changed(file);
  }

  closed(file: string): void {
    this.open.delete(file);
    this.waiting.delete(file);
    this.options.publish(file, []);
    this.changed();
  }

  /** Something has changed: a file, or what is known of a data set. */
  changed(file?: string): void {
    this.waiting.clear();
    if (file !== undefined && this.open.has(file)) this.waiting.add(file);
    for (const other of this.open.keys()) this.waiting.add(other);
    this.touched = true;
    if (this.scheduled) return;
    this.scheduled = true;
    this.since = performance.now();
    setImmediate(() => this.turn());
  }

  private turn(): void {
    // Edits that have come in together are taken together.
    if (this.touched && performance.now() - this.since < LONGEST_WAIT_MS) {
      this.touched = false;
      setImmediate(() => this.turn());
      return;
    }
    const [file] = this.waiting;
    if (file !== undefined) this.validate(file);
    if (this.waiting.size > 0) setImmediate(() => this.turn());
    else {
      this.scheduled = false;
      this.options.settled();
    }
  }

  private validate(file: string): void {
    this.waiting.delete(file);
    try {
      const found = diagnostics(file, this.options.readers);
      const told = JSON.stringify(found);
      if (told !== this.open.get(file)) this.options.publish(file, found);
      this.open.set(file, told);
    } catch (error) {
      this.options.failed(error);
    }
  }
}
