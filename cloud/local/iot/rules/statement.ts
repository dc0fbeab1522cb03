import { randomUUID } from 'node:crypto';
import type { Message } from '../message.ts';
import { filterMatches } from '../topics.ts';
import { isObject } from './convert.ts';
import { evaluateExpression, type RuleInput } from './evaluate.ts';
import { parseQuery } from './parser.ts';
import { type Query, type SqlValue, walk } from './syntax.ts';

/** What a statement makes of one message. `failed` is an error of the rule, which AWS logs and counts. */
type Selection =
  | { readonly kind: 'skipped'; readonly reason: 'topic' | 'where' }
  | { readonly kind: 'json'; readonly value: SqlValue; readonly traceId: string }
  | { readonly kind: 'binary'; readonly traceId: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A compiled rule statement. `topic` is the one the rule sees, without a Basic Ingest prefix. */
export interface Statement {
  select(message: Message, topic: string, receivedAtMs: number): Selection;
}

const parseJson = (payload: Buffer): SqlValue => {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
};

/** Whether the statement refers to the payload's attributes, which only a JSON payload has. */
const needsJson = ({ columns, where }: Query): boolean => {
  const expressions = [
    ...columns.map((column) => column.expression),
    ...(where === undefined ? [] : [where]),
  ];
  const readsAttributes = expressions.flatMap(walk).some(({ kind }) => kind === 'attribute');
  const mixesPayload = columns.length > 1 && columns.some(({ expression }) => expression.kind === 'payload');
  return readsAttributes || mixesPayload;
};

/** Compiles a rule's SQL. Throws RuleSqlError for what is not understood. */
export const compileStatement = (sql: string): Statement => {
  const query = parseQuery(sql);
  const jsonOnly = needsJson(query);
  const selectsAll = query.columns.length === 1 && query.columns[0]?.expression.kind === 'payload';

  const row = (input: RuleInput): SqlValue => {
    const result: { [key: string]: SqlValue } = {};
    for (const { expression, name } of query.columns) {
      const value = evaluateExpression(expression, input);
      if (name !== undefined && value !== undefined) result[name] = value;
      if (name === undefined && isObject(value)) Object.assign(result, value);
    }
    return result;
  };

  return {
    select(message, topic, receivedAtMs) {
      if (query.from !== undefined && !filterMatches(query.from, topic)) {
        return { kind: 'skipped', reason: 'topic' };
      }
      const json = parseJson(message.payload);
      if (json === undefined && jsonOnly) {
        return { kind: 'failed', reason: 'the statement reads attributes but the payload is not JSON' };
      }
      const traceId = randomUUID();
      const input: RuleInput = { message, topic, json, receivedAtMs, traceId };
      if (query.where !== undefined && evaluateExpression(query.where, input) !== true) {
        return { kind: 'skipped', reason: 'where' };
      }
      if (!selectsAll) return { kind: 'json', value: row(input), traceId };
      return json === undefined ? { kind: 'binary', traceId } : { kind: 'json', value: json, traceId };
    },
  };
};
