export interface Row {
  readonly what: string;
  readonly medians: Readonly<Record<string, number>>;
  readonly value?: { readonly median: number; readonly least: number; readonly most: number };
  readonly limit?: number;
  readonly against?: string;
  readonly skipped?: string;
}
export function compare(
  what: string,
  times: Readonly<Record<string, readonly number[]>>,
  options: { unit: string; limit: number; against?: string },
): Row;
export function measure(what: string, values: readonly number[], more: { unit: string; limit: number }): Row;
export function isMet(row: Row): boolean | undefined;
