// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables look like template strings.
import { describe, expect, it } from 'vitest';
import type { RequestContext } from './pattern.ts';
import { type Decision, evaluate, parsePolicyDocument } from './policy.ts';

type Row = readonly [
  sentence: string,
  statement: object | readonly object[],
  question: { action?: string; resource?: string; context?: RequestContext },
  decision: Decision,
];

const decide = (statement: object | readonly object[], question: Row[2]): Decision =>
  evaluate(parsePolicyDocument({ Version: '2012-10-17', Statement: statement }), {
    action: question.action ?? 'dynamodb:GetItem',
    resource: question.resource ?? 'arn:aws:dynamodb:eu-central-1:000000000000:table/t',
    ...(question.context === undefined ? {} : { context: question.context }),
  });

const allow = (more: object = {}): object => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object = {}): object => ({ Effect: 'Deny', Action: '*', Resource: '*', ...more });
const when = (operator: string, key: string, value: unknown): object =>
  allow({ Condition: { [operator]: { [key]: value } } });
const topic = 'arn:aws:iot:eu-central-1:000000000000:topic/';

const rows: readonly Row[] = [
  ['allows what a statement names', allow({ Action: 'dynamodb:GetItem' }), {}, 'allow'],
  ['is silent about other actions', allow({ Action: 'dynamodb:PutItem' }), {}, 'implicit_deny'],
  ['is silent about other resources', allow({ Resource: 'arn:aws:s3:::b' }), {}, 'implicit_deny'],
  ['lets an explicit deny win, whichever comes first', [deny(), allow()], {}, 'deny'],
  ['lets an explicit deny win, whichever comes last', [allow(), deny()], {}, 'deny'],
  ['ignores the case of actions', allow({ Action: 'DYNAMODB:getitem' }), {}, 'allow'],
  ['keeps the case of resources', allow({ Resource: '*/T' }), {}, 'implicit_deny'],
  ['takes * as any text', allow({ Action: 'dynamodb:*', Resource: '*:table/*' }), {}, 'allow'],
  ['takes ? as exactly one character', allow({ Action: 'dynamodb:?etItem' }), {}, 'allow'],
  ['does not take ? as no character', allow({ Action: 'dynamodb:GetItem?' }), {}, 'implicit_deny'],
  ['takes a dot literally', allow({ Resource: 'arn.aws*' }), {}, 'implicit_deny'],
  [
    'takes MQTT + and # literally',
    allow({ Resource: `${topic}a/+/#` }),
    { resource: `${topic}a/b/c` },
    'implicit_deny',
  ],
  [
    'finds MQTT + and # when asked for them',
    allow({ Resource: `${topic}a/+/#` }),
    { resource: `${topic}a/+/#` },
    'allow',
  ],
  ['lets NotAction speak of all other actions', allow({ Action: undefined, NotAction: 's3:*' }), {}, 'allow'],
  [
    'keeps NotAction from its own',
    allow({ Action: undefined, NotAction: 'dynamodb:*' }),
    {},
    'implicit_deny',
  ],
  [
    'lets NotResource speak of all others',
    allow({ Resource: undefined, NotResource: ['x', 'y'] }),
    {},
    'allow',
  ],
  ['keeps NotResource from its own', allow({ Resource: undefined, NotResource: '*/t' }), {}, 'implicit_deny'],
  [
    'puts the thing name into a resource',
    allow({ Resource: `${topic}v1/\${iot:Connection.Thing.ThingName}/x` }),
    { resource: `${topic}v1/door-1/x`, context: { 'iot:Connection.Thing.ThingName': 'door-1' } },
    'allow',
  ],
  [
    'refuses the topic of another thing',
    allow({ Resource: `${topic}v1/\${iot:Connection.Thing.ThingName}/x` }),
    { resource: `${topic}v1/door-2/x`, context: { 'iot:Connection.Thing.ThingName': 'door-1' } },
    'implicit_deny',
  ],
  [
    'never matches a variable without a value',
    allow({ Resource: `${topic}\${iot:ClientId}*` }),
    { resource: `${topic}x` },
    'implicit_deny',
  ],
  [
    "does not take a variable's value as a pattern",
    allow({ Resource: `${topic}\${iot:ClientId}` }),
    { resource: `${topic}x`, context: { 'iot:ClientId': '*' } },
    'implicit_deny',
  ],
  [
    'writes a literal star as ${*}',
    allow({ Resource: `${topic}\${*}` }),
    { resource: `${topic}x` },
    'implicit_deny',
  ],
  [
    'StringEquals holds',
    when('StringEquals', 's3:prefix', ['a', 'b']),
    { context: { 's3:prefix': 'b' } },
    'allow',
  ],
  [
    'StringEquals fails',
    when('StringEquals', 's3:prefix', 'a'),
    { context: { 's3:prefix': 'A' } },
    'implicit_deny',
  ],
  ['StringEquals fails without the key', when('StringEquals', 's3:prefix', 'a'), {}, 'implicit_deny'],
  [
    'context keys ignore case',
    when('StringEquals', 'AWS:SourceArn', 'a'),
    { context: { 'aws:sourcearn': 'a' } },
    'allow',
  ],
  [
    'StringEqualsIgnoreCase holds',
    when('StringEqualsIgnoreCase', 's3:prefix', 'a'),
    { context: { 's3:prefix': 'A' } },
    'allow',
  ],
  [
    'StringNotEquals fails on any of its values',
    when('StringNotEquals', 's3:prefix', ['a', 'b']),
    { context: { 's3:prefix': 'b' } },
    'implicit_deny',
  ],
  ['StringNotEquals holds without the key', when('StringNotEquals', 's3:prefix', 'a'), {}, 'allow'],
  [
    'StringLike knows wildcards',
    when('StringLike', 's3:prefix', 'a*'),
    { context: { 's3:prefix': 'abc' } },
    'allow',
  ],
  [
    'StringNotLike fails',
    when('StringNotLike', 's3:prefix', 'a*'),
    { context: { 's3:prefix': 'abc' } },
    'implicit_deny',
  ],
  [
    'ArnLike knows wildcards',
    when('ArnLike', 'aws:SourceArn', 'arn:aws:iot:*:rule/r'),
    { context: { 'aws:SourceArn': 'arn:aws:iot:x:1:rule/r' } },
    'allow',
  ],
  [
    'ArnNotEquals holds for another',
    when('ArnNotEquals', 's3:prefix', 'arn:x'),
    { context: { 's3:prefix': 'arn:y' } },
    'allow',
  ],
  [
    'Bool takes a JSON boolean',
    when('Bool', 'aws:SecureTransport', false),
    { context: { 'aws:SecureTransport': 'true' } },
    'implicit_deny',
  ],
  [
    'NumericLessThanEquals holds',
    when('NumericLessThanEquals', 's3:prefix', 10),
    { context: { 's3:prefix': '10' } },
    'allow',
  ],
  [
    'Numeric operators fail on what is no number',
    when('NumericGreaterThan', 's3:prefix', 1),
    { context: { 's3:prefix': 'x' } },
    'implicit_deny',
  ],
  ['Null true asks for absence', when('Null', 's3:prefix', 'true'), {}, 'allow'],
  ['Null false asks for presence', when('Null', 's3:prefix', 'false'), {}, 'implicit_deny'],
  [
    'IpAddress knows ranges',
    when('IpAddress', 'aws:SourceIp', '10.0.0.0/8'),
    { context: { 'aws:SourceIp': '10.1.2.3' } },
    'allow',
  ],
  [
    'NotIpAddress fails inside the range',
    when('NotIpAddress', 'aws:SourceIp', '10.0.0.0/8'),
    { context: { 'aws:SourceIp': '10.1.2.3' } },
    'implicit_deny',
  ],
  ['IfExists holds without the key', when('StringEqualsIfExists', 's3:prefix', 'a'), {}, 'allow'],
  [
    'IfExists fails with another value',
    when('StringEqualsIfExists', 's3:prefix', 'a'),
    { context: { 's3:prefix': 'b' } },
    'implicit_deny',
  ],
  [
    'ForAllValues needs all',
    when('ForAllValues:StringLike', 's3:prefix', 'a*'),
    { context: { 's3:prefix': ['a1', 'b'] } },
    'implicit_deny',
  ],
  ['ForAllValues holds without values', when('ForAllValues:StringLike', 's3:prefix', 'a*'), {}, 'allow'],
  [
    'ForAnyValue needs one',
    when('ForAnyValue:StringEquals', 's3:prefix', 'b'),
    { context: { 's3:prefix': ['a', 'b'] } },
    'allow',
  ],
  [
    'ForAnyValue fails without values',
    when('ForAnyValue:StringEquals', 's3:prefix', 'b'),
    {},
    'implicit_deny',
  ],
  [
    'puts variables into condition values',
    when('StringEquals', 's3:prefix', '${aws:PrincipalArn}'),
    { context: { 's3:prefix': 'me', 'aws:PrincipalArn': 'me' } },
    'allow',
  ],
  [
    'uses the default of a variable',
    when('StringEquals', 's3:prefix', "${x, 'y'}"),
    { context: { 's3:prefix': 'y' } },
    'allow',
  ],
  [
    'never agrees with a variable without a value',
    when('StringLike', 's3:prefix', '${nothing}*'),
    { context: { 's3:prefix': 'x' } },
    'implicit_deny',
  ],
];

describe('policy evaluation', () => {
  it.each(rows)('%s', (_, statement, question, decision) => {
    expect(decide(statement, question)).toBe(decision);
  });
});

describe('policy parsing', () => {
  it('names a condition key that nothing here fills in, so that no Deny on it is passed over', () => {
    const mfa = deny({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } });
    expect(() => parsePolicyDocument({ Version: '2012-10-17', Statement: mfa })).toThrow(
      'aws:MultiFactorAuthPresent is not emulated',
    );
  });

  it('names an operator that is not emulated', () => {
    expect(() => decide(when('DateGreaterThan', 'aws:CurrentTime', '2020-01-01'), {})).toThrow(
      /DateGreaterThan/,
    );
  });

  it.each([
    ['an unknown element', { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }, /Principal/],
    ['no action', { Effect: 'Allow', Resource: '*' }, /Action or NotAction/],
    [
      'both Resource and NotResource',
      { Effect: 'Allow', Action: '*', Resource: '*', NotResource: '*' },
      /NotResource/,
    ],
    ['an effect in lower case', { Effect: 'allow', Action: '*', Resource: '*' }, /Effect/],
  ])('refuses a statement with %s', (_, statement, message) => {
    expect(() => decide(statement, {})).toThrow(message);
  });

  it('refuses a document without the version that knows variables', () => {
    expect(() => parsePolicyDocument({ Statement: [allow()] })).toThrow(/Version/);
  });
});
