import type { ScalarRow } from './row.ts';

/** Rows of a table of metrics that are of no single class. */
export const MACRO = 'AverageAcrossClasses';
export const MICRO = 'AllClasses';

/** Mean of each metric over the classes, those left out for which it is not defined (scikit-learn's macro average). */
export function macroAverage(classes: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(classes[0] ?? {}).filter(name => name !== 'subject_count');
  return Object.fromEntries(
    names.map(name => {
      const values = classes.map(metrics => metrics[name]!).filter(value => !Number.isNaN(value));
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}

/** Share of subjects or visits whose class has the highest posterior, of several classes that exclude each other. */
export function exclusiveAccuracy(rows: readonly ScalarRow[]): number {
  const matrix = [...confusion(rows).values()].flatMap(counts => [...counts]);
  const all = matrix.reduce((sum, [, count]) => sum + count, 0);
  const right = [...confusion(rows)].reduce((sum, [actual, counts]) => sum + (counts.get(actual) ?? 0), 0);
  return right / all;
}

/** Subjects or visits by their class, then by that of the highest posterior; the first of equals. */
export function confusion(rows: readonly ScalarRow[]): Map<string, Map<string, number>> {
  const bySubject = new Map<string, ScalarRow[]>();
  for (const row of rows) {
    const key = `${row.position ?? ''} ${row.subject}`;
    bySubject.set(key, [...(bySubject.get(key) ?? []), row]);
  }
  const targets = [...new Set(rows.map(({ target }) => target))];
  const counts = new Map(targets.map(target => [target, new Map<string, number>()]));
  for (const own of bySubject.values()) {
    const actual = own.find(({ label }) => label === 1);
    if (actual === undefined) continue;
    const told = own.reduce((best, row) => (row.output > best.output ? row : best));
    const line = counts.get(actual.target)!;
    line.set(told.target, (line.get(told.target) ?? 0) + 1);
  }
  return counts;
}
