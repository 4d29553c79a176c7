import { InvalidArgumentError } from 'commander';

/** Of an option that can be repeated: all that was given. */
export const collect = (value: string, earlier: readonly string[]): string[] => [...earlier, value];

/** @throws InvalidArgumentError, as all below, which commander tells with the option's name. */
export function minutes(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('a positive number of minutes is needed');
  return value;
}

/** A whole number from `least` on. */
export const atLeast = (least: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`a whole number from ${least} on is needed`);
};

/** An address that a token may be sent to: never without encryption. */
export function secureUrl(text: string): string {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return text;
  throw new InvalidArgumentError('an address that begins with https:// is needed');
}
