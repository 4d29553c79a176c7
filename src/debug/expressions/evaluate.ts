import { nearestName } from '../../config/nearest.ts';
import { FUNCTIONS, tensorMember } from './functions.ts';
import { type Expression, ExpressionError } from './syntax.ts';
import { describeKind, isTensor, slice, type Value } from './value.ts';

/** The names that an expression may use. */
export type Names = ReadonlyMap<string, () => Value>;

/**
 * The value of an expression. It can read what is in `names`, and nothing else.
 * @throws ExpressionError where a name is unknown or an operation makes no sense.
 */
export function evaluate(expression: Expression, names: Names): Value {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'name': {
      const found = names.get(expression.name);
      if (found) return found();
      throw unknown(`there is nothing called \`${expression.name}\` here`, expression.name, names.keys());
    }
    case 'member':
      return member(evaluate(expression.of, names), expression.name);
    case 'index':
      return index(evaluate(expression.of, names), evaluate(expression.at, names));
    case 'call': {
      const given = expression.given.map(argument => evaluate(argument, names));
      const found = Object.hasOwn(FUNCTIONS, expression.name) ? FUNCTIONS[expression.name] : undefined;
      if (!found)
        throw unknown(`there is no function \`${expression.name}\``, expression.name, Object.keys(FUNCTIONS));
      return found(given);
    }
    case 'unary': {
      const value = evaluate(expression.of, names);
      return expression.operator === '!' ? !isTrue(value) : -number(value);
    }
    case 'binary':
      return binary(expression, names);
  }
}

/** Whether a condition holds: false, 0, null, an empty text and NaN do not. */
export function isTrue(value: Value): boolean {
  return typeof value === 'object' && value !== null ? true : Boolean(value);
}

function binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, names: Names): Value {
  if (operator === '&&') return isTrue(evaluate(left, names)) && isTrue(evaluate(right, names));
  if (operator === '||') return isTrue(evaluate(left, names)) || isTrue(evaluate(right, names));
  const a = scalar(evaluate(left, names));
  const b = scalar(evaluate(right, names));
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return number(a) < number(b);
    case '<=':
      return number(a) <= number(b);
    case '>':
      return number(a) > number(b);
    case '>=':
      return number(a) >= number(b);
    case '+':
      return typeof a === 'string' || typeof b === 'string' ? `${a}${b}` : number(a) + number(b);
    case '-':
      return number(a) - number(b);
    case '*':
      return number(a) * number(b);
    case '/':
      return number(a) / number(b);
    case '%':
      return number(a) % number(b);
  }
}

function member(value: Value, name: string): Value {
  if (typeof value === 'object' && value !== null && value.kind === 'group') {
    if (value.values.has(name)) return value.values.get(name)!();
    // `input.mean` means that of its image.
    const [first] = value.values.values();
    const only = first?.();
    if (only !== undefined && isTensor(only)) return member(only, name);
    throw unknown(`it has no \`${name}\``, name, value.values.keys());
  }
  if (isTensor(value)) return tensorMember(value, name);
  throw new ExpressionError(`${describeKind(value)} has no \`${name}\``);
}

function index(value: Value, at: Value): Value {
  if (typeof value === 'object' && value !== null && value.kind === 'group') return member(value, String(at));
  if (isTensor(value)) return slice(value, number(at));
  throw new ExpressionError(`${describeKind(value)} has no parts`);
}

/** A tensor of one value is that value. */
function scalar(value: Value): Value {
  return isTensor(value) && value.size === 1 ? value.data()[0]! : value;
}

function number(given: Value): number {
  const value = scalar(given);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new ExpressionError(`a number is needed, and this is ${describeKind(value)}`);
}

function unknown(message: string, name: string, known: Iterable<string>): ExpressionError {
  const all = [...known];
  const suggestion = nearestName(name, all);
  if (suggestion) return new ExpressionError(`${message}; did you mean \`${suggestion}\`?`);
  return new ExpressionError(all.length > 0 ? `${message}; there are: ${all.join(', ')}` : message);
}
