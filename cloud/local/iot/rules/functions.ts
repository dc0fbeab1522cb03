import { randomUUID } from 'node:crypto';
import { account } from '../../account.ts';
import { attributeOf, isObject, toNumber, toText } from './convert.ts';
import type { RuleInput } from './evaluate.ts';
import type { SqlValue } from './syntax.ts';

/** A function of rule SQL: how many arguments it takes and what it yields. `encode` alone may be given `*`. */
export type SqlFunction = {
  readonly minArguments: number;
  readonly maxArguments: number;
  readonly apply: (values: readonly SqlValue[], input: RuleInput) => SqlValue;
};

const define = (minArguments: number, maxArguments: number, apply: SqlFunction['apply']): SqlFunction => ({
  minArguments,
  maxArguments,
  apply,
});

const onText = (apply: (text: string) => SqlValue): SqlFunction =>
  define(1, 1, ([value]) => {
    const text = toText(value);
    return text === undefined ? undefined : apply(text);
  });

const onTexts = (apply: (left: string, right: string) => SqlValue): SqlFunction =>
  define(2, 2, ([first, second]) => {
    const left = toText(first);
    const right = toText(second);
    return left === undefined || right === undefined ? undefined : apply(left, right);
  });

const at = <T>(items: ArrayLike<T>, index: SqlValue): T | undefined => {
  const position = toNumber(index);
  return position === undefined || position < 0 ? undefined : items[Math.floor(position)];
};

const get = ([collection, key]: readonly SqlValue[]): SqlValue => {
  if (Array.isArray(collection) || typeof collection === 'string') return at<SqlValue>(collection, key);
  return isObject(collection) && typeof key === 'string' ? attributeOf(collection, key) : undefined;
};

const concat = (values: readonly SqlValue[]): SqlValue => {
  if (values.length < 2) return values[0];
  if (values.some(Array.isArray)) return values.flat();
  return values.some((value) => typeof value === 'string')
    ? values.map((value) => toText(value) ?? '').join('')
    : undefined;
};

const mqttProperty = ([name]: readonly SqlValue[], { message }: RuleInput): SqlValue => {
  const { contentType, responseTopic, correlationData, payloadIsUtf8 } = message.properties;
  if (name === 'content_type') return contentType;
  if (name === 'response_topic') return responseTopic;
  if (name === 'correlation_data') return correlationData?.toString('base64');
  if (name === 'format_indicator') {
    return payloadIsUtf8 === undefined ? undefined : payloadIsUtf8 ? 'UTF8_DATA' : 'UNSPECIFIED_BYTES';
  }
  return undefined;
};

/**
 * The functions that a rule may use here, by lower-case name. Any other is an error when the rule is created.
 * Source: AWS IoT developer guide, "Functions" of the SQL reference.
 */
export const functions: ReadonlyMap<string, SqlFunction> = new Map([
  ['accountid', define(0, 0, () => account.id)],
  ['clientid', define(0, 0, (_, { message }) => message.publisher.clientId ?? 'n/a')],
  ['concat', define(0, 20, concat)],
  ['encode', define(2, 2, ([value]) => Buffer.from(toText(value) ?? '').toString('base64'))],
  ['endswith', onTexts((text, end) => text.endsWith(end))],
  ['get', define(2, 2, get)],
  ['get_mqtt_property', define(1, 1, mqttProperty)],
  [
    'get_user_properties',
    define(1, 1, ([name], { message }) => {
      const values = typeof name === 'string' ? message.properties.userProperties.get(name) : undefined;
      return values === undefined ? undefined : [...values];
    }),
  ],
  ['isnull', define(1, 1, ([value]) => value === null)],
  ['isundefined', define(1, 1, ([value]) => value === undefined)],
  ['length', onText((text) => text.length)],
  ['lower', onText((text) => text.toLowerCase())],
  ['newuuid', define(0, 0, () => randomUUID())],
  ['principal', define(0, 0, (_, { message }) => message.publisher.principal)],
  ['startswith', onTexts((text, start) => text.startsWith(start))],
  ['timestamp', define(0, 0, (_, { receivedAtMs }) => receivedAtMs)],
  [
    'topic',
    define(0, 1, ([level], { topic }) => {
      if (level === undefined) return topic;
      const position = toNumber(level);
      return position === undefined ? undefined : at(topic.split('/'), position - 1);
    }),
  ],
  ['traceid', define(0, 0, (_, { traceId }) => traceId)],
  ['upper', onText((text) => text.toUpperCase())],
]);
