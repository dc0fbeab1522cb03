import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../message.ts';
import { attributeOf, toBoolean, toNumber, toText } from './convert.ts';
import { functions } from './functions.ts';
import type { BinaryOperator, Expression, SqlValue } from './syntax.ts';

/** What a statement is evaluated over. */
export type RuleInput = {
  readonly message: Message;
  /** The topic as the rule sees it: without the Basic Ingest prefix. */
  readonly topic: string;
  /** The payload parsed as JSON; Undefined when it is not JSON. */
  readonly json: SqlValue;
  /** Epoch milliseconds. */
  readonly receivedAtMs: number;
  readonly traceId: string;
};

/** The value of an expression; never throws, what cannot be computed is Undefined. */
export const evaluateExpression = (expression: Expression, input: RuleInput): SqlValue => {
  const value = (inner: Expression): SqlValue => evaluateExpression(inner, input);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'payload':
      return input.json;
    case 'attribute':
      return attributeOf(input.json, expression.name);
    case 'member':
      return attributeOf(value(expression.of), expression.name);
    case 'call':
      return call(expression.function, expression.arguments, input);
    case 'not': {
      const operand = toBoolean(value(expression.operand));
      return operand === undefined ? undefined : !operand;
    }
    case 'negate': {
      const operand = toNumber(value(expression.operand));
      return operand === undefined ? undefined : -operand;
    }
    case 'binary':
      return binary(expression.operator, value(expression.left), value(expression.right));
    case 'case': {
      const wanted = expression.subject === undefined ? true : value(expression.subject);
      const branch = expression.branches.find(({ when }) => equal(value(when), wanted) === true);
      const chosen = branch?.result ?? expression.otherwise;
      return chosen === undefined ? undefined : value(chosen);
    }
  }
};

const call = (name: string, expressions: readonly Expression[], input: RuleInput): SqlValue => {
  // Only here is `*` the bytes themselves, JSON or not.
  if (name === 'encode' && expressions[0]?.kind === 'payload')
    return input.message.payload.toString('base64');
  return functions.get(name)?.apply(
    expressions.map((expression) => evaluateExpression(expression, input)),
    input,
  );
};

const binary = (operator: BinaryOperator, left: SqlValue, right: SqlValue): SqlValue => {
  switch (operator) {
    case 'and':
    case 'or':
      return logical(operator, toBoolean(left), toBoolean(right));
    case '=':
      return equal(left, right);
    case '<>': {
      const same = equal(left, right);
      return same === undefined ? undefined : !same;
    }
    case '+':
      if (typeof left === 'string' || typeof right === 'string') return join(toText(left), toText(right));
      return numeric(operator, left, right);
    default:
      return numeric(operator, left, right);
  }
};

const logical = (operator: 'and' | 'or', left: boolean | undefined, right: boolean | undefined): SqlValue => {
  if (left === undefined || right === undefined) return undefined;
  return operator === 'and' ? left && right : left || right;
};

const join = (left: string | undefined, right: string | undefined): SqlValue =>
  left === undefined || right === undefined ? undefined : left + right;

const equal = (left: SqlValue, right: SqlValue): boolean | undefined =>
  left === undefined || right === undefined ? undefined : isDeepStrictEqual(left, right);

const numeric = (
  operator: Exclude<BinaryOperator, 'and' | 'or' | '=' | '<>'>,
  left: SqlValue,
  right: SqlValue,
): SqlValue => {
  const a = toNumber(left);
  const b = toNumber(right);
  if (a === undefined || b === undefined) return undefined;
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '%':
      return b === 0 ? undefined : a % b;
  }
};
