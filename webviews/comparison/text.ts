/** What a run is called here: the name of its folder; parts of a cross-validation or search by what they are. */
export function nameOf(folder: string): string {
  const [above, name] = folder.split(/[\\/]/).slice(-2);
  if (name === undefined) return folder;
  return above === 'folds' ? `fold ${name}` : above === 'trials' ? `trial ${Number(name)}` : name;
}

export const numberText = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits);

/** With its sign, a true minus. */
export const signedText = (value: number | null, digits = 4): string => {
  if (value === null) return '–';
  const text = numberText(Math.abs(value), digits);
  return `${value < 0 ? '−' : '+'}${text}`;
};

/** A value of a setting as it is written. */
export function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(5)));
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a verdict of the tests means. */
export const VERDICTS: Readonly<Record<string, string>> = {
  better: 'better',
  worse: 'worse',
  same: 'the same',
  'not shown': 'not shown to differ',
  'too few': 'too few subjects to tell',
};
