import type { z } from 'zod';
import { nearestName } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** A sentence about a value that the schema does not accept, what to do, and what to write instead. */
export interface IssueText {
  readonly message: string;
  readonly remedy?: string;
  readonly suggestion?: string;
}

/** Words for an issue of a value that is there; `name` is the setting's path as the user knows it. */
export function issueText(issue: Issue, name: string, value: unknown): IssueText {
  const subject = `\`${name}\``;
  switch (issue.code) {
    case 'invalid_type':
      return { message: `${subject} must be ${expected(issue.expected)}, not ${shown(value)}` };
    case 'too_small':
    case 'too_big':
      return { message: `${subject} ${bound(issue, value)}` };
    case 'invalid_value':
      return oneOf(subject, issue.values.map(String), value);
    case 'invalid_union':
      if ('options' in issue && issue.options) return oneOf(subject, issue.options.map(String), value);
      return { message: `${subject} cannot be ${shown(value)}`, remedy: alternatives(issue) };
    default:
      return { message: `${subject}: ${issue.message}` };
  }
}

/** The kind of a value in words: `the text "abc"`, `a list`. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return String(value);
}

function expected(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    tuple: 'a list',
    object: 'a map',
    record: 'a map',
  };
  return words[type] ?? type;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, value: unknown): string {
  const small = issue.code === 'too_small';
  const limit = Number(small ? issue.minimum : issue.maximum);
  if (issue.origin === 'string')
    return small && limit === 1 ? 'must not be empty' : `must have ${limit} characters`;
  if (issue.origin === 'array') {
    const count = (value as unknown[]).length;
    const entries = `${limit} ${limit === 1 ? 'entry' : 'entries'}`;
    return `must have ${small ? 'at least' : 'at most'} ${entries}, but has ${count}`;
  }
  const words = small ? ['at least', 'greater than'] : ['at most', 'less than'];
  return `must be ${words[issue.inclusive === false ? 1 : 0]} ${limit}, not ${String(value)}`;
}

function oneOf(subject: string, options: readonly string[], value: unknown): IssueText {
  const suggestion = typeof value === 'string' ? nearestName(value, options) : undefined;
  const list = options.join(', ');
  return {
    message:
      value === undefined
        ? `${subject} is missing`
        : `${subject} must be ${options.length === 1 ? '' : 'one of '}${list}, not ${shown(value)}`,
    remedy: suggestion
      ? `Did you mean \`${suggestion}\`?`
      : `Choose ${options.length === 1 ? '' : 'one of '}${list}.`,
    ...(suggestion ? { suggestion } : {}),
  };
}

function alternatives(issue: Issue): string {
  const types =
    'errors' in issue
      ? issue.errors.flat().flatMap(one => ('expected' in one ? [expected(one.expected)] : []))
      : [];
  return types.length > 0 ? `Write ${[...new Set(types)].join(' or ')}.` : 'Mend the value.';
}
