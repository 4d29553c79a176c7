import type { TensorValue } from '../expressions/value.ts';

/** What can be said of a tensor's numbers in one line. Minimum to deviation are those of the finite ones. */
export interface TensorStatistics {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Of the whole, not an estimate from a sample. */
  readonly deviation: number;
  readonly nan: number;
  readonly infinite: number;
}

/** Statistics in double precision; NaN throughout where no number is finite. */
export function statisticsOf(tensor: TensorValue): TensorStatistics {
  const data = tensor.data();
  let [minimum, maximum, sum, nan, infinite, finite] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else {
      finite++;
      sum += value;
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  if (finite === 0) return { minimum: NaN, maximum: NaN, mean: NaN, deviation: NaN, nan, infinite };
  const mean = sum / finite;
  let squares = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isFinite(value)) squares += (value - mean) ** 2;
  }
  return { minimum, maximum, mean, deviation: Math.sqrt(squares / finite), nan, infinite };
}

/** Whether a tensor holds NaN or Inf; stops at the first. */
export function isFaulty(tensor: TensorValue): boolean {
  const data = tensor.data();
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i]!)) return true;
  return false;
}

const BARS = ' ▁▂▃▄▅▆▇█';

/** A histogram in text, from minimum to maximum: a bar a bin, as high as the square root of its share. */
export function histogramOf(tensor: TensorValue, { minimum, maximum }: TensorStatistics, bins = 16): string {
  if (!(maximum > minimum)) return '';
  const counts = new Array<number>(bins).fill(0);
  const data = tensor.data();
  const scale = bins / (maximum - minimum);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - minimum) * scale))]!++;
  }
  const most = Math.max(...counts);
  // A bin that holds anything is seen.
  return counts
    .map(
      count => BARS[count === 0 ? 0 : Math.max(1, Math.round(Math.sqrt(count / most) * (BARS.length - 1)))],
    )
    .join('');
}
