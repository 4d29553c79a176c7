import { type BinaryOperator, type Expression, ExpressionError, PRECEDENCE } from './syntax.ts';

interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_$][\w$]*)|(\|\||&&|[=!<>]=|[-+*/%<>!()[\].,]))/y;
/** Deeper nesting is nothing that a person wrote. */
const MAXIMUM_DEPTH = 100;

/**
 * Reads an expression such as `epoch == 3 && loss > 2` or `mean(output[1])`.
 * @throws ExpressionError that says what is wrong at which character.
 */
export function parseExpression(text: string): Expression {
  return new Parser(tokensOf(text)).whole();
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      const rest = text.slice(start);
      const offset = start + (rest.length - rest.trimStart().length);
      if (rest.trim() !== '') throw new ExpressionError(`\`${text[offset]}\` has no meaning here`, offset);
      tokens.push({ kind: 'end', text: 'the end', offset: text.length });
      return tokens;
    }
    const [whole, number, quoted, name, symbol] = match;
    const token = (number ?? quoted ?? name ?? symbol)!;
    const kind =
      number !== undefined
        ? 'number'
        : quoted !== undefined
          ? 'text'
          : name !== undefined
            ? 'name'
            : 'symbol';
    tokens.push({ kind, text: token, offset: start + whole.length - token.length });
  }
}

class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Expression {
    const expression = this.binary(0);
    if (this.next.kind !== 'end')
      throw new ExpressionError(`\`${this.next.text}\` has no meaning here`, this.next.offset);
    return expression;
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private binary(level: number): Expression {
    const operators = PRECEDENCE[level] as readonly string[] | undefined;
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    while (this.next.kind === 'symbol' && operators.includes(this.next.text)) {
      const operator = this.tokens[this.at++]!.text as BinaryOperator;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1) };
    }
    return left;
  }

  private unary(): Expression {
    if (++this.depth > MAXIMUM_DEPTH)
      throw new ExpressionError('the expression is nested too deeply', this.next.offset);
    try {
      if (this.next.text !== '!' && this.next.text !== '-') return this.postfix();
      const operator = this.tokens[this.at++]!.text as '!' | '-';
      return { kind: 'unary', operator, of: this.unary() };
    } finally {
      this.depth--;
    }
  }

  private postfix(): Expression {
    let value = this.primary();
    for (;;) {
      if (this.take('.')) value = { kind: 'member', of: value, name: this.name() };
      else if (this.take('[')) {
        value = { kind: 'index', of: value, at: this.binary(0) };
        this.expect(']');
      } else return value;
    }
  }

  private primary(): Expression {
    const token = this.tokens[this.at++]!;
    switch (token.kind) {
      case 'number':
        return { kind: 'constant', value: Number(token.text) };
      case 'text':
        return { kind: 'constant', value: token.text.slice(1, -1).replace(/\\(.)/g, '$1') };
      case 'name':
        return this.named(token.text);
      case 'symbol':
        if (token.text === '(') {
          const inner = this.binary(0);
          this.expect(')');
          return inner;
        }
    }
    throw new ExpressionError(`a value is missing before ${quote(token)}`, token.offset);
  }

  private named(name: string): Expression {
    if (name === 'true' || name === 'false') return { kind: 'constant', value: name === 'true' };
    if (name === 'null') return { kind: 'constant', value: null };
    if (!this.take('(')) return { kind: 'name', name };
    const given: Expression[] = [];
    if (!this.take(')')) {
      do given.push(this.binary(0));
      while (this.take(','));
      this.expect(')');
    }
    return { kind: 'call', name, given };
  }

  private name(): string {
    const token = this.tokens[this.at++]!;
    if (token.kind === 'name') return token.text;
    throw new ExpressionError(`a name is missing before ${quote(token)}`, token.offset);
  }

  private take(symbol: string): boolean {
    if (this.next.kind !== 'symbol' || this.next.text !== symbol) return false;
    this.at++;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.take(symbol))
      throw new ExpressionError(`\`${symbol}\` is missing before ${quote(this.next)}`, this.next.offset);
  }
}

const quote = ({ kind, text }: Token) => (kind === 'end' ? text : `\`${text}\``);
