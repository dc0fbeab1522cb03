import { BlockList, isIP } from 'node:net';
import { contextValues, matchesPattern, type RequestContext, substitute } from './pattern.ts';

/** One line of a `Condition` block: the operator, the context key, and the values of which one must hold. */
export type Condition = {
  readonly set: 'all' | 'any' | undefined;
  readonly test: Test;
  readonly ifExists: boolean;
  readonly key: string;
  readonly wanted: readonly string[];
};

type Test = {
  /** Whether a value of the request agrees with one value of the policy. */
  readonly agrees: (actual: string, wanted: string, context: RequestContext) => boolean;
  /** A negated operator holds when no wanted value agrees, and when the key is absent. */
  readonly negated: boolean;
};

type Compare = (actual: string, wanted: string) => boolean;

/** Compares after policy variables are replaced; a variable without a value agrees with nothing. */
const plain =
  (compare: Compare): Test['agrees'] =>
  (actual, wanted, context) => {
    const text = substitute(wanted, context);
    return text !== undefined && compare(actual, text);
  };

const glob: Test['agrees'] = (actual, wanted, context) => matchesPattern(wanted, actual, context);
const equal = plain((a, b) => a === b);
const equalIgnoringCase = plain((a, b) => a.toLowerCase() === b.toLowerCase());
const numeric = (compare: (a: number, b: number) => boolean): Test['agrees'] =>
  plain((a, b) => a.trim() !== '' && b.trim() !== '' && compare(Number(a), Number(b)));

const inRange: Compare = (address, range) => {
  const [network = '', prefix] = range.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(address) !== family) return false;
  const list = new BlockList();
  const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

const positive = (agrees: Test['agrees']): Test => ({ agrees, negated: false });
const negated = (agrees: Test['agrees']): Test => ({ agrees, negated: true });

/** The operators of IAM's grammar that this evaluator knows; dates and binary values are not among them. */
const tests: ReadonlyMap<string, Test> = new Map([
  ['StringEquals', positive(equal)],
  ['StringNotEquals', negated(equal)],
  ['StringEqualsIgnoreCase', positive(equalIgnoringCase)],
  ['StringNotEqualsIgnoreCase', negated(equalIgnoringCase)],
  ['StringLike', positive(glob)],
  ['StringNotLike', negated(glob)],
  ['ArnEquals', positive(glob)],
  ['ArnNotEquals', negated(glob)],
  ['ArnLike', positive(glob)],
  ['ArnNotLike', negated(glob)],
  ['Bool', positive(equalIgnoringCase)],
  ['NumericEquals', positive(numeric((a, b) => a === b))],
  ['NumericNotEquals', negated(numeric((a, b) => a === b))],
  ['NumericLessThan', positive(numeric((a, b) => a < b))],
  ['NumericLessThanEquals', positive(numeric((a, b) => a <= b))],
  ['NumericGreaterThan', positive(numeric((a, b) => a > b))],
  ['NumericGreaterThanEquals', positive(numeric((a, b) => a >= b))],
  ['IpAddress', positive(plain(inRange))],
  ['NotIpAddress', negated(plain(inRange))],
]);

/** `Null` asks whether the key is absent, so it is held apart from the tests that compare values. */
const nullTest: Test = { agrees: () => false, negated: false };

/** The condition keys that the services here fill in. A Deny on any other key would be passed over as if it were absent. */
const emulatedKeys: ReadonlySet<string> = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:RequestedRegion',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceIp',
    'dynamodb:LeadingKeys',
    'iot:ClientId',
    'iot:Connection.Thing.IsAttached',
    'iot:Connection.Thing.ThingName',
    'iot:SourceIp',
    'kms:CallerAccount',
    'kms:ViaService',
    's3:prefix',
  ].map((key) => key.toLowerCase()),
);

const isEmulated = (key: string): boolean =>
  emulatedKeys.has(key.toLowerCase()) || /^iot:Connection\.Thing\.Attributes\[[^\]]+\]$/i.test(key);

/** The condition of one operator and key; throws an Error that names an operator or a key that it does not know. */
export const createCondition = (operator: string, key: string, wanted: readonly string[]): Condition => {
  const [, qualifier, name = '', exists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const test = name === 'Null' ? nullTest : tests.get(name);
  if (test === undefined) throw new Error(`the condition operator ${operator} is not emulated`);
  if (!isEmulated(key)) throw new Error(`the condition key ${key} is not emulated`);
  const set = qualifier === undefined ? undefined : qualifier === 'ForAllValues' ? 'all' : 'any';
  return { set, test, ifExists: exists !== undefined, key, wanted };
};

/** Whether the request context meets the condition. */
export const holds = (condition: Condition, context: RequestContext): boolean => {
  const { test, set, wanted } = condition;
  const actual = contextValues(context, condition.key);
  if (test === nullTest) return wanted.some((value) => (value === 'true') === (actual.length === 0));
  if (actual.length === 0) return condition.ifExists || set === 'all' || (set === undefined && test.negated);
  const passes = (value: string): boolean =>
    wanted.some((one) => test.agrees(value, one, context)) !== test.negated;
  if (set === 'all') return actual.every(passes);
  if (set === 'any') return actual.some(passes);
  // Several values under an operator for one value: a negated test must hold for all of them.
  return test.negated ? actual.every(passes) : actual.some(passes);
};
