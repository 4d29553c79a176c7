import { mlflowError } from './errors.ts';
import { latest, type Run } from './run-store.ts';

const CLAUSE =
  /^\s*(metrics?|params?|parameters?|tags?|attributes?)\s*\.\s*(?:"([^"]+)"|`([^`]+)`|([\w./-]+))\s*(!=|>=|<=|=|>|<|\s(?:NOT\s+)?I?LIKE\s)\s*(?:'([^']*)'|"([^"]*)"|(-?[\d.eE+-]+))\s*$/i;

/** A test of runs from the language of MLflow's search: clauses joined by `and`. */
export function parseFilter(text: string | undefined): (run: Run) => boolean {
  if (!text?.trim()) return () => true;
  const tests = text.split(/\s+and\s+/i).map(parseClause);
  return run => tests.every(test => test(run));
}

function parseClause(text: string): (run: Run) => boolean {
  const match = CLAUSE.exec(text);
  if (!match)
    throw mlflowError('INVALID_PARAMETER_VALUE', `Invalid clause(s) in filter string: '${text.trim()}'`);
  const [, kind, quoted, ticked, plain, operator, single, double, number] = match;
  const name = (quoted ?? ticked ?? plain)!;
  const wanted = number === undefined ? (single ?? double)! : Number(number);
  const compare = COMPARE[operator!.trim().toUpperCase().replace(/\s+/, ' ')]!;
  return run => {
    const found = lookUp(run, kind!.toLowerCase()[0]!, name);
    return found !== undefined && compare(found, wanted);
  };
}

function lookUp(run: Run, kind: string, name: string): string | number | undefined {
  if (kind === 'm') return latest(run.metrics.get(name) ?? [])?.value;
  if (kind === 'p') return run.parameters.get(name);
  if (kind === 't') return name === 'mlflow.runName' ? run.name : run.tags.get(name);
  const attributes: Record<string, string | number | undefined> = {
    run_id: run.id,
    run_name: run.name,
    status: run.status,
    start_time: run.startTime,
    end_time: run.endTime,
  };
  return attributes[name];
}

type Compare = (found: string | number, wanted: string | number) => boolean;

const like = (found: string | number, pattern: string | number, flags: string): boolean => {
  const source = String(pattern)
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, flags).test(String(found));
};

const COMPARE: Readonly<Record<string, Compare>> = {
  '=': (found, wanted) => found === wanted,
  '!=': (found, wanted) => found !== wanted,
  '>': (found, wanted) => found > wanted,
  '<': (found, wanted) => found < wanted,
  '>=': (found, wanted) => found >= wanted,
  '<=': (found, wanted) => found <= wanted,
  LIKE: (found, wanted) => like(found, wanted, ''),
  ILIKE: (found, wanted) => like(found, wanted, 'i'),
  'NOT LIKE': (found, wanted) => !like(found, wanted, ''),
};

/** Sorts by clauses such as `metrics.loss ASC`; without any, the newest first. */
export function parseOrder(clauses: readonly string[] = []): (a: Run, b: Run) => number {
  const parsed = clauses.map(clause => {
    const match = /^\s*(\w+)\s*\.\s*(?:"([^"]+)"|`([^`]+)`|([\w./-]+))(?:\s+(ASC|DESC))?\s*$/i.exec(
      clause.includes('.') ? clause : `attributes.${clause}`,
    );
    if (!match) throw mlflowError('INVALID_PARAMETER_VALUE', `Invalid order_by clause '${clause}'`);
    const name = (match[2] ?? match[3] ?? match[4])!;
    return { kind: match[1]!.toLowerCase()[0]!, name, sign: match[5]?.toUpperCase() === 'DESC' ? -1 : 1 };
  });
  return (a, b) => {
    for (const { kind, name, sign } of parsed) {
      const [first, second] = [lookUp(a, kind, name), lookUp(b, kind, name)];
      if (first === second) continue;
      // Runs without the value come last, whichever way the others go.
      if (first === undefined) return 1;
      if (second === undefined) return -1;
      return first < second ? -sign : sign;
    }
    return b.startTime - a.startTime;
  };
}
