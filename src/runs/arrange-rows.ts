import { type RunRow, type SortKey, type SortOrder, STATUS_WORDS } from '../contracts/runs-table.ts';

/** Newest first. */
export const NEWEST_FIRST: SortOrder = { key: 'started', descending: true };

const VALUES: Readonly<Record<SortKey, (row: RunRow) => string | number | undefined>> = {
  started: row => row.startedAt,
  name: row => row.name,
  status: row => row.status,
  score: row => row.score?.value,
  duration: row => row.seconds,
};

/** Rows in order; those without a value come last either way, equal ones newest first. */
export function sortRows(rows: readonly RunRow[], { key, descending }: SortOrder): RunRow[] {
  // What was kept of another version may be a key of its own.
  const read = VALUES[key] ?? VALUES.started;
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
 * tags (`name=value`); `dice>0.8`, `dice<0.8`, `dice>=0.8` and `dice<=0.8` compare the score of that name, `score>0.8` any.
 */
export function filterRows(rows: readonly RunRow[], filter: string): readonly RunRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const tests = words.map(testOf);
  return rows.filter(row => tests.every(test => test(row)));
}

const COMPARISON = /^([a-z][\w-]*)(>=|<=|>|<)(-?\d*\.?\d+)$/;

function testOf(word: string): (row: RunRow) => boolean {
  const [, name, sign, bound] = COMPARISON.exec(word) ?? [];
  if (name === undefined) return row => textOf(row).includes(word);
  const limit = Number(bound);
  return ({ score }) => {
    if (!score || (name !== 'score' && name !== score.name.toLowerCase())) return false;
    if (score.value === limit) return sign!.includes('=');
    return sign!.startsWith('>') ? score.value > limit : score.value < limit;
  };
}

/** What is wrong with a filter, in words; undefined where nothing is. A word that is no comparison is looked for as text. */
export function filterProblem(filter: string): string | undefined {
  const wrong = filter
    .toLowerCase()
    .split(/\s+/)
    .find(word => /^[a-z][\w-]*=?[<>]/.test(word) && !COMPARISON.test(word));
  if (wrong === undefined) return undefined;
  return `“${wrong}” is no comparison: write dice>0.8, dice>=0.8, dice<0.8 or dice<=0.8, without blanks.`;
}

function textOf({ name, status, configuration, note, tags, folder }: RunRow): string {
  const tagged = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`);
  const file = configuration.split(/[\\/]/).at(-1);
  const id = folder.split(/[\\/]/).at(-1);
  return [name, status, STATUS_WORDS[status], file, id, note, ...tagged].join('\n').toLowerCase();
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
