import { isTensor, type TensorValue, type Value } from '../expressions/value.ts';
import { histogramOf, statisticsOf } from './tensor-statistics.ts';

/** Larger tensors are summed up only when they are opened. */
const SUMMED_UP = 2 ** 22;

/** A value in one line. */
export function textOf(value: Value): string {
  if (typeof value === 'number') return numberText(value);
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  if (value.kind === 'group') return `{${[...value.values.keys()].join(', ')}}`;
  return tensorText(value);
}

/** `float32 [32, 48, 32]  min -1.2  max 3.4  mean 0.1  std 1  NaN 3`. */
function tensorText(tensor: TensorValue): string {
  const form = `${tensor.dtype} [${tensor.shape.join(', ')}]`;
  if (tensor.size === 1) return `${numberText(tensor.data()[0]!)}  (${form})`;
  if (tensor.size === 0 || tensor.size > SUMMED_UP) return form;
  const { minimum, maximum, mean, deviation, nan, infinite } = statisticsOf(tensor);
  const faults = [nan > 0 ? `NaN ${nan}` : '', infinite > 0 ? `Inf ${infinite}` : ''].filter(Boolean);
  return [
    form,
    `min ${numberText(minimum)}`,
    `max ${numberText(maximum)}`,
    `mean ${numberText(mean)}`,
    `std ${numberText(deviation)}`,
    ...faults,
  ].join('  ');
}

/** What stands before a tensor's slices when it is opened. */
export function factsOf(tensor: TensorValue): [string, string][] {
  const statistics = statisticsOf(tensor);
  const { minimum, maximum, mean, deviation, nan, infinite } = statistics;
  return [
    ['dtype', tensor.dtype],
    ['shape', `[${tensor.shape.join(', ')}]`],
    ...(tensor.spacing
      ? [['spacing_mm', `[${tensor.spacing.map(numberText).join(', ')}]`] as [string, string]]
      : []),
    ['min', numberText(minimum)],
    ['max', numberText(maximum)],
    ['mean', numberText(mean)],
    ['std', numberText(deviation)],
    ['NaN', String(nan)],
    ['Inf', String(infinite)],
    ['histogram', histogramOf(tensor, statistics) || 'all the same'],
  ];
}

/** A number as people read it: six digits, as an integer where it is one. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(Number(value.toPrecision(6)));
}

/** The kind of a value for the variables' view. */
export function typeOf(value: Value): string {
  if (isTensor(value)) return 'tensor';
  if (value === null) return 'none';
  return typeof value === 'object' ? 'group' : typeof value;
}
