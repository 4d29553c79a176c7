/** A message of the command line: what, where, what to do. Lines and columns count from 1. */
export interface ProgramMessage {
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly remedy?: string;
}

const HEAD = /^(?:(error|warning|information): )?(\S.*)$/;
const PLACE = /^ {2}at (.+?)(?::(\d+)(?::(\d+))?)?(?:, (?:subject|row) .*)?$/;
const DEFECT = 'This is a defect of innereye itself';

/**
 * The messages that have a place or a remedy below them, as `describeFault` writes them; other lines are output. The
 * stack of a defect is left out.
 */
export function readMessages(output: string): ProgramMessage[] {
  const messages: ProgramMessage[] = [];
  const lines = output.split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    if (lines[index]!.startsWith(DEFECT)) return [...messages, defect(lines.slice(index))];
    const head = HEAD.exec(lines[index]!);
    if (!head || !lines[index + 1]?.startsWith('  ')) continue;
    const place = PLACE.exec(lines[index + 1]!);
    if (place) index++;
    const remedy = lines[index + 1]?.startsWith('  ') ? lines[++index]!.trim() : undefined;
    messages.push({
      severity: (head[1] as ProgramMessage['severity'] | undefined) ?? 'error',
      message: head[2]!,
      ...(place && { file: place[1]! }),
      ...(place?.[2] && { line: Number(place[2]) }),
      ...(place?.[3] && { column: Number(place[3]) }),
      ...(remedy && { remedy }),
    });
  }
  return messages;
}

/** What to tell of a program that failed: its first error, else its last line. */
export function failureOf(output: string): ProgramMessage {
  const error = readMessages(output).find(({ severity }) => severity === 'error');
  if (error) return error;
  const last = output.trimEnd().split(/\r?\n/).at(-1);
  return { severity: 'error', message: last || 'it ended without saying why' };
}

/** Of a stack that Node printed, its first line says what happened. */
function defect([first, second]: readonly string[]): ProgramMessage {
  return { severity: 'error', message: second || first!, remedy: first! };
}
