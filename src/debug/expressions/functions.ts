import { isFaulty, statisticsOf } from '../values/tensor-statistics.ts';
import { ExpressionError } from './syntax.ts';
import { describeKind, type GroupValue, isTensor, type TensorValue, type Value } from './value.ts';

type Statistic = (tensor: TensorValue) => Value;

/** What can be asked of a tensor, as `output.mean` or `mean(output)`. */
export const STATISTICS: Readonly<Record<string, Statistic>> = {
  mean: tensor => statisticsOf(tensor).mean,
  min: tensor => statisticsOf(tensor).minimum,
  max: tensor => statisticsOf(tensor).maximum,
  std: tensor => statisticsOf(tensor).deviation,
  sum: tensor => sumOf(tensor, value => value),
  norm: tensor => Math.sqrt(sumOf(tensor, value => value * value) as number),
  nan: tensor => isFaulty(tensor),
  nonzero: tensor => sumOf(tensor, value => (value === 0 ? 0 : 1)),
  size: tensor => tensor.size,
  dtype: tensor => tensor.dtype,
  shape: tensor => `[${tensor.shape.join(', ')}]`,
};

const NUMBERS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  sqrt: Math.sqrt,
  log: Math.log,
  exp: Math.exp,
  round: Math.round,
};

export const FUNCTIONS: Readonly<Record<string, (given: readonly Value[]) => Value>> = {
  ...Object.fromEntries(
    Object.entries(STATISTICS).map(([name, statistic]) => [
      name,
      (given: readonly Value[]) => {
        const [value] = exactly(1, given, name);
        if (typeof value === 'number') return name === 'nan' ? !Number.isFinite(value) : value;
        return statistic(tensorOf(value!));
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(NUMBERS).map(([name, compute]) => [
      name,
      (given: readonly Value[]) => {
        const [value] = exactly(1, given, name);
        if (typeof value === 'number') return compute(value);
        if (isTensor(value!) && value.size === 1) return compute(value.data()[0]!);
        throw new ExpressionError(`\`${name}\` needs a number, and this is ${describeKind(value!)}`);
      },
    ]),
  ),
  /** `contains(labels, 2)`: whether a value is anywhere in a tensor. */
  contains: given => {
    const [tensor, wanted] = exactly(2, given, 'contains');
    return sumOf(tensorOf(tensor!), value => (value === wanted ? 1 : 0)) > 0;
  },
};

/** A tensor's statistic by name. @throws ExpressionError where there is none of that name. */
export function tensorMember(tensor: TensorValue, name: string): Value {
  if (Object.hasOwn(STATISTICS, name)) return STATISTICS[name]!(tensor);
  throw new ExpressionError(`a tensor has no \`${name}\`; there are: ${Object.keys(STATISTICS).join(', ')}`);
}

function sumOf(tensor: TensorValue, of: (value: number) => number): number {
  const data = tensor.data();
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += of(data[i]!);
  return sum;
}

/** The tensor itself, or the first of a group. */
function tensorOf(value: Value): TensorValue {
  if (isTensor(value)) return value;
  const first = isGroup(value) ? [...value.values.values()][0]?.() : undefined;
  if (first !== undefined && isTensor(first)) return first;
  throw new ExpressionError(`a tensor is needed, and this is ${describeKind(value)}`);
}

const isGroup = (value: Value): value is GroupValue =>
  typeof value === 'object' && value !== null && value.kind === 'group';

function exactly(count: number, given: readonly Value[], name: string): readonly Value[] {
  if (given.length === count) return given;
  throw new ExpressionError(`\`${name}\` takes ${count === 1 ? 'one value' : `${count} values`}`);
}
