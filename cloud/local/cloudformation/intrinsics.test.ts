// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub looks like template strings.
import { describe, expect, it } from 'vitest';
import { makeResolver } from './intrinsics.ts';

const { resolve } = makeResolver(
  {
    Parameters: {
      Stage: { Type: 'String', Default: 'dev' },
      NoDefault: { Type: 'String' },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/version' },
    },
    Mappings: { Runtimes: { 'eu-central-1': { node: 'nodejs24.x' } } },
    Conditions: {
      Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] },
      Elsewhere: { 'Fn::Not': [{ Condition: 'Here' }] },
      Either: { 'Fn::Or': [{ Condition: 'Elsewhere' }, { 'Fn::And': [{ Condition: 'Here' }] }] },
    },
  },
  'demo',
  {
    ref: (logicalId) => `${logicalId}-ref`,
    getAtt: (logicalId, attribute) => `${logicalId}/${attribute}`,
  },
);

describe('intrinsic functions', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'A' }, 'A-ref'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'dev'],
    ['Ref of a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['A', 'Arn'] }, 'A/Arn'],
    ['Fn::GetAtt as a text with a nested attribute', { 'Fn::GetAtt': 'A.Endpoint.Port' }, 'A/Endpoint.Port'],
    ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'A' }, 1]] }, 'a-A-ref-1'],
    ['Fn::Sub', { 'Fn::Sub': '${AWS::Region}/${A.Arn}/${!Kept}' }, 'eu-central-1/A/Arn/${Kept}'],
    ['Fn::Sub with its own variables', { 'Fn::Sub': ['${x}', { x: { Ref: 'A' } }] }, 'A-ref'],
    ['Fn::Select and Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Runtimes', { Ref: 'AWS::Region' }, 'node'] }, 'nodejs24.x'],
    ['Fn::If', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['AWS::NoValue in a map', { a: 1, b: { 'Fn::If': ['Elsewhere', 2, { Ref: 'AWS::NoValue' }] } }, { a: 1 }],
    ['AWS::NoValue in a list', ['a', { Ref: 'AWS::NoValue' }], ['a']],
    [
      'a policy condition, which is no function',
      { Condition: { Bool: { x: 'true' } } },
      { Condition: { Bool: { x: 'true' } } },
    ],
  ])('resolves %s', (_, value, resolved) => {
    expect(resolve(value)).toEqual(resolved);
  });

  it.each<[string, unknown, RegExp]>([
    ['a function it does not know', { a: [{ 'Fn::ImportValue': 'x' }] }, /Fn::ImportValue is not emulated/],
    ['a pseudo parameter it does not know', { Ref: 'AWS::NotificationARNs' }, /AWS::NotificationARNs/],
    ['a parameter without a default', { Ref: 'NoDefault' }, /NoDefault has no default/],
    ['a parameter from Parameter Store', { Ref: 'BootstrapVersion' }, /AWS::SSM::Parameter/],
    ['an unknown condition', { 'Fn::If': ['Nope', 1, 2] }, /no condition Nope/],
    ['an entry that is not in its map', { 'Fn::FindInMap': ['Runtimes', 'x', 'node'] }, /Runtimes\.x\.node/],
    ['a list item that is not there', { 'Fn::Select': [2, ['a']] }, /no item 2/],
    ['a dynamic reference', '{{resolve:ssm:/x}}', /dynamic references/],
  ])('refuses %s by its name', (_, value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});
