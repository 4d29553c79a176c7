import type { RunRow, SortKey, SortOrder } from '../contracts/runs-table.ts';

/** Newest first. */
export const NEWEST_FIRST: SortOrder = { key: 'started', descending: true };

const VALUES: Readonly<Record<SortKey, (row: RunRow) => string | number | undefined>> = {
  started: row => row.startedAt,
  name: row => row.name,
  status: row => row.status,
  dice: row => row.dice,
  duration: row => row.seconds,
};

/** Rows in order; those without a value come last either way, equal ones newest first. */
export function sortRows(rows: readonly RunRow[], { key, descending }: SortOrder): RunRow[] {
  const read = VALUES[key];
  return [...rows].sort((a, b) => {
    const [x, y] = [read(a), read(b)];
    if (x === undefined || y === undefined)
      return Number(x === undefined) - Number(y === undefined) || newer(a, b);
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (descending ? -order : order) || newer(a, b);
  });
}

const newer = (a: RunRow, b: RunRow): number =>
  a.startedAt === b.startedAt ? (a.folder < b.folder ? 1 : -1) : a.startedAt < b.startedAt ? 1 : -1;

/**
 * Rows that a filter lets through. Its words must all be found, in any case, in name, status, configuration, note or
 * tags (`name=value`); `dice>0.8` and `dice<0.8` compare the metric.
 */
export function filterRows(rows: readonly RunRow[], filter: string): readonly RunRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const tests = words.map(testOf);
  return rows.filter(row => tests.every(test => test(row)));
}

function testOf(word: string): (row: RunRow) => boolean {
  const bound = /^dice([<>])(\d*\.?\d+)$/.exec(word);
  if (!bound) return row => textOf(row).includes(word);
  const limit = Number(bound[2]);
  return ({ dice }) => dice !== undefined && (bound[1] === '>' ? dice > limit : dice < limit);
}

function textOf({ name, status, configuration, note, tags, folder }: RunRow): string {
  const tagged = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  const file = configuration.split(/[\\/]/).at(-1);
  const id = folder.split(/[\\/]/).at(-1);
  return [name, status, file, id, note, ...tagged].join('\n').toLowerCase();
}

/** Rows by the configuration they were started from, groups in the order of their first row. */
export function groupRows(rows: readonly RunRow[]): ReadonlyMap<string, readonly RunRow[]> {
  const groups = new Map<string, RunRow[]>();
  for (const row of rows) {
    const group = groups.get(row.configuration);
    if (group) group.push(row);
    else groups.set(row.configuration, [row]);
  }
  return groups;
}
