import { evaluate, isTrue, type Names } from './expressions/evaluate.ts';
import { parseExpression } from './expressions/parse.ts';
import { ExpressionError } from './expressions/syntax.ts';
import type { NodeBreakpoint } from './messages.ts';
import { textOf } from './values/describe.ts';

/** What a breakpoint does when training comes by. */
export type Reaction =
  | { readonly kind: 'none' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'log'; readonly text: string };

/** A breakpoint with its condition read and its hits counted. */
export class ActiveBreakpoint {
  private hits = 0;
  private readonly condition: ReturnType<typeof parseExpression> | undefined;
  private readonly enough: (hits: number) => boolean;

  /** @throws ExpressionError where condition, hit count or logpoint cannot be read. */
  constructor(readonly breakpoint: NodeBreakpoint) {
    const { condition, hitCondition, logMessage } = breakpoint;
    this.condition = condition?.trim() ? parseExpression(condition) : undefined;
    this.enough = hitCondition?.trim() ? hitCountOf(hitCondition) : () => true;
    if (logMessage !== undefined) for (const part of logParts(logMessage)) part.expression?.();
  }

  /** Whether blocks inside the node are looked at too, as the condition names one. */
  get looksInside(): boolean {
    return /\b(block|backward)\b/.test(this.breakpoint.condition ?? '');
  }

  /** @throws ExpressionError where the condition makes no sense here. */
  react(names: Names): Reaction {
    if (this.condition && !isTrue(evaluate(this.condition, names))) return { kind: 'none' };
    if (!this.enough(++this.hits)) return { kind: 'none' };
    const { logMessage } = this.breakpoint;
    return logMessage === undefined ? { kind: 'stop' } : { kind: 'log', text: logText(logMessage, names) };
  }
}

/** `5` and `>= 5`: from the fifth hit on; `== 5`: at the fifth; `% 5`: at each fifth. */
function hitCountOf(text: string): (hits: number) => boolean {
  const match = /^\s*(==|=|>=|>|<=|<|%)?\s*(\d+)\s*$/.exec(text);
  if (!match)
    throw new ExpressionError('a hit count is a number, or one of ==, >, >=, <, <=, % with a number');
  const count = Number(match[2]);
  switch (match[1]) {
    case '==':
    case '=':
      return hits => hits === count;
    case '>':
      return hits => hits > count;
    case '<':
      return hits => hits < count;
    case '<=':
      return hits => hits <= count;
    case '%':
      return hits => count > 0 && hits % count === 0;
    default:
      return hits => hits >= count;
  }
}

/** A logpoint's text with the values of what stands in braces; what cannot be had is said in its place. */
function logText(message: string, names: Names): string {
  return logParts(message)
    .map(({ text, expression }) => {
      if (!expression) return text;
      try {
        return textOf(evaluate(expression(), names));
      } catch (error) {
        return `<${(error as Error).message}>`;
      }
    })
    .join('');
}

function logParts(message: string) {
  return message.split(/(\{[^{}]*\})/).map(text => ({
    text,
    expression: /^\{.+\}$/.test(text) ? () => parseExpression(text.slice(1, -1)) : undefined,
  }));
}
