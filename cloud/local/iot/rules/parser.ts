import { functions } from './functions.ts';
import { RuleSqlError, type Token, tokenize } from './lexer.ts';
import type { BinaryOperator, Column, Expression, Query } from './syntax.ts';

/** How tightly an operator binds; a higher number binds tighter. */
const binding: ReadonlyMap<string, number> = new Map([
  ['or', 1],
  ['and', 2],
  ['=', 4],
  ['<>', 4],
  ['<', 4],
  ['<=', 4],
  ['>', 4],
  ['>=', 4],
  ['+', 5],
  ['-', 5],
  ['*', 6],
  ['/', 6],
  ['%', 6],
]);
const bindingOfNot = 3;
const bindingOfNegation = 7;

/**
 * Parses a rule's SELECT statement: a subset of AWS IoT SQL.
 * Throws RuleSqlError for anything outside it, unknown functions and trailing tokens among it:
 * a rule that cannot be understood must not be created.
 */
export const parseQuery = (sql: string): Query => {
  const tokens = tokenize(sql);
  let position = 0;
  const end: Token = tokens.at(-1) ?? { kind: 'end', text: '', at: 0 };
  const peek = (): Token => tokens[position] ?? end;
  const next = (): Token => tokens[position++] ?? end;
  const isWord = (word: string): boolean => peek().kind === 'word' && peek().text.toLowerCase() === word;
  const isSymbol = (symbol: string): boolean => peek().kind === 'symbol' && peek().text === symbol;
  const take = (found: boolean): boolean => {
    if (found) position += 1;
    return found;
  };
  const fail = (wanted: string): never => {
    const { kind, text, at } = peek();
    throw new RuleSqlError(
      `expected ${wanted} but found ${kind === 'end' ? 'the end' : text} at character ${at + 1}`,
    );
  };
  const need = (found: boolean, wanted: string): void => {
    if (!take(found)) fail(wanted);
  };

  const expression = (minimum: number): Expression => {
    let left = operand();
    for (;;) {
      if (take(isSymbol('.'))) {
        const name = peek().kind === 'word' ? next().text : fail('an attribute name');
        left = { kind: 'member', of: left, name };
        continue;
      }
      const { kind, text } = peek();
      const operator = text.toLowerCase();
      const strength = kind === 'word' || kind === 'symbol' ? binding.get(operator) : undefined;
      if (strength === undefined || strength <= minimum) return left;
      next();
      left = { kind: 'binary', operator: operator as BinaryOperator, left, right: expression(strength) };
    }
  };

  const operand = (): Expression => {
    const { kind, text } = peek();
    if (kind === 'number') return { kind: 'literal', value: Number(next().text) };
    if (kind === 'string') return { kind: 'literal', value: next().text };
    if (kind === 'word') return word(text.toLowerCase());
    if (take(isSymbol('-'))) return { kind: 'negate', operand: expression(bindingOfNegation) };
    if (take(isSymbol('('))) {
      const inner = expression(0);
      need(isSymbol(')'), 'a closing parenthesis');
      return inner;
    }
    return fail('a value');
  };

  const word = (lowerCase: string): Expression => {
    const { text } = next();
    if (lowerCase === 'not') return { kind: 'not', operand: expression(bindingOfNot) };
    if (lowerCase === 'true' || lowerCase === 'false')
      return { kind: 'literal', value: lowerCase === 'true' };
    if (lowerCase === 'null') return { kind: 'literal', value: null };
    if (lowerCase === 'case') return caseExpression();
    return take(isSymbol('(')) ? call(lowerCase) : { kind: 'attribute', name: text };
  };

  const call = (name: string): Expression => {
    const known = functions.get(name);
    if (known === undefined) throw new RuleSqlError(`the function ${name}() is not emulated`);
    const given: Expression[] = [];
    if (!isSymbol(')')) {
      do given.push(name === 'encode' && take(isSymbol('*')) ? { kind: 'payload' } : expression(0));
      while (take(isSymbol(',')));
    }
    need(isSymbol(')'), 'a closing parenthesis');
    if (given.length < known.minArguments || given.length > known.maxArguments) {
      throw new RuleSqlError(`${name}() does not take ${given.length} arguments`);
    }
    const scheme = given[1];
    if (name === 'encode' && !(scheme?.kind === 'literal' && scheme.value === 'base64')) {
      throw new RuleSqlError("encode() knows the scheme 'base64' only");
    }
    return { kind: 'call', function: name, arguments: given };
  };

  const caseExpression = (): Expression => {
    const subject = isWord('when') ? undefined : expression(0);
    const branches: { when: Expression; result: Expression }[] = [];
    while (take(isWord('when'))) {
      const when = expression(0);
      need(isWord('then'), 'THEN');
      branches.push({ when, result: expression(0) });
    }
    if (branches.length === 0) fail('WHEN');
    const otherwise = take(isWord('else')) ? expression(0) : undefined;
    need(isWord('end'), 'END');
    return { kind: 'case', subject, branches, otherwise };
  };

  const column = (): Column => {
    if (take(isSymbol('*'))) return { expression: { kind: 'payload' }, name: undefined };
    const value = expression(0);
    if (take(isWord('as'))) {
      return { expression: value, name: peek().kind === 'word' ? next().text : fail('a name after AS') };
    }
    if (value.kind === 'attribute' || value.kind === 'member') return { expression: value, name: value.name };
    return fail('AS and a name for a computed column,');
  };

  need(isWord('select'), 'SELECT');
  const columns: Column[] = [];
  do columns.push(column());
  while (take(isSymbol(',')));
  let from: string | undefined;
  if (take(isWord('from'))) from = peek().kind === 'string' ? next().text : fail('a quoted topic filter');
  const where = take(isWord('where')) ? expression(0) : undefined;
  if (peek().kind !== 'end') fail('the end of the statement');
  return { columns, from, where };
};
