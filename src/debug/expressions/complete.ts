import { evaluate, type Names } from './evaluate.ts';
import { FUNCTIONS, STATISTICS } from './functions.ts';
import { parseExpression } from './parse.ts';
import { isTensor, type Value } from './value.ts';

/** What may follow at the end of an expression that is being typed: the rest of its last name is replaced by each. */
export function completeExpression(text: string, names: Names): string[] {
  const [, before = '', typed = ''] = /^(.*?)([A-Za-z_$][\w$]*)?$/s.exec(text) ?? [];
  const owner = /([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[[^[\]]*\])*)\.$/.exec(before)?.[1];
  const known = owner === undefined ? [...names.keys(), ...Object.keys(FUNCTIONS)] : membersOf(owner, names);
  return known.filter(name => name.startsWith(typed)).sort();
}

function membersOf(owner: string, names: Names): string[] {
  let value: Value;
  try {
    value = evaluate(parseExpression(owner), names);
  } catch {
    return [];
  }
  if (isTensor(value)) return Object.keys(STATISTICS);
  return typeof value === 'object' && value !== null ? [...value.values.keys()] : [];
}
