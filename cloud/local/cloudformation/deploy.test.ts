// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub looks like template strings.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { deploy } from './deploy.ts';
import { provide } from './provider.ts';
import { templateSchema } from './template.ts';

const silent = { info: () => {}, warn: () => {} };

/** Stands up `Test::Thing` and remembers what it was asked to create, in order. */
const makeThings = () => {
  const created: { readonly logicalId: string; readonly properties: unknown }[] = [];
  const properties = z.strictObject({
    Name: z.string().optional(),
    Size: z.number().optional(),
    Inner: z.strictObject({ List: z.array(z.string()) }).optional(),
    Shape: z.enum(['round', 'square']).optional(),
  });
  const provider = provide('Test::Thing', properties, (declared) => {
    created.push({ logicalId: declared.logicalId, properties: declared.properties });
    if (declared.properties.Name === 'refused') throw new Error('the name is taken');
    return { ref: `${declared.logicalId}-ref`, attributes: { Arn: `arn:aws:test:::${declared.logicalId}` } };
  });
  return { created, provider };
};

const standUp = async (template: object, things = makeThings()) => {
  const parsed = templateSchema.parse(template);
  const deployment = await deploy({
    template: parsed,
    stackName: 'demo',
    providers: [things.provider],
    log: silent,
  });
  return { ...deployment, created: things.created };
};

const thing = (properties: object = {}, more: object = {}): object => ({
  Type: 'Test::Thing',
  Properties: properties,
  ...more,
});

describe('deploy', () => {
  it('creates what others refer to first', async () => {
    const { created } = await standUp({
      Resources: {
        A: thing({ Name: { 'Fn::Sub': 'x-${B.Arn}' } }),
        B: thing({ Name: { Ref: 'C' } }),
        C: thing({}, { DependsOn: 'D' }),
        D: thing(),
      },
    });
    expect(created.map(({ logicalId }) => logicalId)).toEqual(['D', 'C', 'B', 'A']);
    expect(created.at(-1)?.properties).toEqual({ Name: 'x-arn:aws:test:::B' });
  });

  it('answers with the outputs', async () => {
    const { outputs } = await standUp({
      Resources: { A: thing() },
      Outputs: { Ref: { Value: { Ref: 'A' } }, Arn: { Value: { 'Fn::GetAtt': ['A', 'Arn'] } } },
    });
    expect(outputs).toEqual({ Ref: 'A-ref', Arn: 'arn:aws:test:::A' });
  });

  it('shows the circle when resources depend on each other', async () => {
    const template = { Resources: { A: thing({ Name: { Ref: 'B' } }), B: thing({}, { DependsOn: ['A'] }) } };
    await expect(standUp(template)).rejects.toThrow('circle: A → B → A');
  });

  it('lists every problem at once and creates nothing', async () => {
    const things = makeThings();
    const template = {
      Resources: {
        Good: thing(),
        Alien: { Type: 'AWS::Foo::Bar' },
        Odd: thing({ Colour: 'red', Inner: { List: ['x'], More: 1 }, Size: 'big' }),
        Lost: thing({ Name: { Ref: 'Nowhere' } }),
        Strange: thing({ Name: { 'Fn::Transform': {} } }),
      },
      Outputs: { Bad: { Value: { 'Fn::GetAtt': ['Missing', 'Arn'] } } },
    };
    const message = await standUp(template, things).catch((error: Error) => error.message);
    expect(String(message).split('\n').slice(1)).toEqual([
      '  Alien (AWS::Foo::Bar): the local cloud knows no such type',
      '  Odd (Test::Thing): property Size: Invalid input: expected number, received string',
      '  Odd (Test::Thing): property Inner.More is not emulated',
      '  Odd (Test::Thing): property Colour is not emulated',
      '  Lost (Test::Thing): property Name: there is no resource Nowhere',
      '  Strange (Test::Thing): property Name: the function Fn::Transform is not emulated',
      '  Output Bad: there is no resource Missing',
    ]);
    expect(things.created).toEqual([]);
  });

  it('checks a value that another resource gives once it is known', async () => {
    const template = { Resources: { A: thing({ Shape: { Ref: 'B' } }), B: thing() } };
    await expect(standUp(template)).rejects.toThrow(/^A \(Test::Thing\): property Shape: /);
  });

  it('names the attribute that a resource does not have', async () => {
    const template = { Resources: { A: thing({ Name: { 'Fn::GetAtt': ['B', 'Url'] } }), B: thing() } };
    await expect(standUp(template)).rejects.toThrow(
      'A (Test::Thing): Fn::GetAtt: B (Test::Thing) has no attribute Url',
    );
  });

  it('names the resource that its provider refuses', async () => {
    const template = { Resources: { A: thing({ Name: 'refused' }) } };
    await expect(standUp(template)).rejects.toThrow('A (Test::Thing): the name is taken');
  });

  it('leaves out what a condition switches off', async () => {
    const { created, outputs } = await standUp({
      Conditions: { Never: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'elsewhere'] } },
      Resources: { A: thing({}, { Condition: 'Never' }), B: thing({}, { DependsOn: ['A'] }) },
      Outputs: { A: { Value: { Ref: 'A' }, Condition: 'Never' } },
    });
    expect(created.map(({ logicalId }) => logicalId)).toEqual(['B']);
    expect(outputs).toEqual({});
  });
});
