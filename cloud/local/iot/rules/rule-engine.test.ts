import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../gateway/service.ts';
import type { Message } from '../message.ts';
import { noProperties } from '../message.ts';
import { InvokerDouble } from '../testing/invoker-double.ts';
import { QueueDouble } from '../testing/queue-double.ts';
import { makeActionRunner, type RuleAction } from './actions.ts';
import { type DeliveryFault, makeRuleEngine, type RuleDefinition } from './rule-engine.ts';

const log = { info: () => undefined, warn: () => undefined };
const rule = (name: string, overrides: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name,
  sql: "SELECT topic() AS topic FROM 'a/+'",
  disabled: false,
  actions: [{ kind: 'lambda', functionArn: `arn:${name}` }],
  ...overrides,
});
const message = (topic: string): Message => ({
  topic,
  payload: Buffer.from('x'),
  qos: 1,
  retain: false,
  properties: noProperties,
  publisher: { clientId: 'door-1', principal: 'p' },
});
const lambda = (functionArn: string): RuleAction => ({ kind: 'lambda', functionArn });
const dead: RuleAction = { kind: 'sqs', queueUrl: 'https://queue', roleArn: 'arn:role', useBase64: false };
const setUp = (rules: readonly RuleDefinition[], deliver?: DeliveryFault) => {
  const invoker = new InvokerDouble();
  const queues = new QueueDouble();
  const actions = makeActionRunner({ invoker, queues });
  const engine = makeRuleEngine({ actions, deliver, now: () => 0, log });
  for (const one of rules) engine.define(one);
  return {
    engine,
    invoker,
    queues,
    called: () => invoker.events.map(({ functionArn, event }) => [functionArn, event.topic]),
    told: () => queues.sent.map(({ body }) => JSON.parse(body)),
  };
};

describe('the rules engine', () => {
  it('runs every rule whose filter covers the topic', async () => {
    const { engine, called } = setUp([rule('one'), rule('two'), rule('three', { sql: "SELECT * FROM 'b'" })]);
    await engine.take(message('a/x'));
    expect(called()).toEqual([
      ['arn:one', 'a/x'],
      ['arn:two', 'a/x'],
    ]);
  });

  it('brings Basic Ingest to the named rule alone, without the prefix', async () => {
    const { engine, called } = setUp([rule('one'), rule('two')]);
    await engine.take(message('$aws/rules/two/a/x'));
    expect(called()).toEqual([['arn:two', 'a/x']]);
  });

  it('drops Basic Ingest to a rule that is disabled or does not exist', async () => {
    const { engine, called } = setUp([rule('off', { disabled: true }), rule('on')]);
    await engine.take(message('$aws/rules/off/a/x'));
    await engine.take(message('$aws/rules/none/a/x'));
    expect(called()).toEqual([]);
  });

  it('does not run a disabled rule', async () => {
    const { engine, called } = setUp([rule('off', { disabled: true })]);
    await engine.take(message('a/x'));
    expect(called()).toEqual([]);
  });

  it('runs all actions of a rule', async () => {
    const { engine, called } = setUp([rule('both', { actions: [lambda('arn:f'), lambda('arn:g')] })]);
    await engine.take(message('a/x'));
    expect(called().map(([functionArn]) => functionArn)).toEqual(['arn:f', 'arn:g']);
    expect(engine.counts('both')).toMatchObject({ matched: 1, delivered: 2, failed: 0 });
  });
});

describe('an error action', () => {
  const refuse = (reason: string) => (): Promise<never> =>
    Promise.reject(new ServiceError('Refused', reason));

  it('gets one message, in AWS’s form, however many actions failed', async () => {
    const actions = [lambda('arn:f'), lambda('arn:g')];
    const { engine, invoker, queues, told } = setUp([rule('both', { actions, errorAction: dead })]);
    invoker.onEvent = refuse('no permission');
    await engine.take(message('$aws/rules/both/a/x'));
    const failure = (resource: string) => ({
      failedAction: 'LambdaAction',
      failedResource: resource,
      errorMessage: `Failed to invoke lambda function. The error received was no permission. Message arrived on: a/x, Action: lambda, Resource: ${resource}`,
    });
    expect(told()).toEqual([
      {
        ruleName: 'both',
        topic: 'a/x',
        cloudwatchTraceId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        clientId: 'door-1',
        sourceIp: '127.0.0.1',
        base64OriginalPayload: 'eA==',
        failures: [failure('arn:f'), failure('arn:g')],
      },
    ]);
    expect(queues.sent[0]).toMatchObject({ queue: 'https://queue', as: { roleArn: 'arn:role' } });
    expect(engine.counts('both')).toMatchObject({ failed: 2, errorActionDelivered: 1, errorActionFailed: 0 });
  });

  it('gets the message in Base64 when it asks for that', async () => {
    const errorAction: RuleAction = { ...dead, useBase64: true };
    const { engine, invoker, queues } = setUp([rule('coded', { errorAction })]);
    invoker.onEvent = refuse('no');
    await engine.take(message('a/x'));
    const body = Buffer.from(queues.sent[0]?.body ?? '', 'base64').toString('utf8');
    expect(JSON.parse(body)).toMatchObject({ ruleName: 'coded' });
  });

  it('gets what a Lambda action cannot take, and only the failed action’s part of the work', async () => {
    const { engine, called, told } = setUp([
      rule('raw', { sql: "SELECT * FROM 'a/+'", errorAction: dead }),
      rule('named'),
    ]);
    await engine.take(message('a/x'));
    expect(told()).toMatchObject([
      { ruleName: 'raw', failures: [{ errorMessage: expect.stringContaining('base64') }] },
    ]);
    expect(called()).toEqual([['arn:named', 'a/x']]);
  });

  it('is not for errors in the SQL, nor for messages that do not match', async () => {
    const reads = rule('reads', { sql: "SELECT n FROM 'a/+'", errorAction: dead });
    const { engine, told } = setUp([
      reads,
      rule('picky', { sql: "SELECT topic() AS t FROM 'b'", errorAction: dead }),
    ]);
    await engine.take(message('a/x'));
    expect(told()).toEqual([]);
    expect(engine.counts('reads')).toMatchObject({ failed: 1, errorActionDelivered: 0 });
  });

  it('is not for a failure of this machine: then the publisher keeps the message', async () => {
    const { engine, invoker, queues } = setUp([rule('full', { errorAction: dead })]);
    const diskFull = () => Promise.reject(new Error('no space left on device'));
    invoker.onEvent = diskFull;
    await expect(engine.take(message('a/x'))).rejects.toThrow('no space');
    expect(queues.sent).toEqual([]);
    invoker.onEvent = refuse('no');
    queues.onSend = diskFull;
    await expect(engine.take(message('a/x'))).rejects.toThrow('no space');
  });

  it('that fails itself is counted, and the publisher does not suffer', async () => {
    const { engine, invoker, queues } = setUp([rule('lost', { errorAction: dead })]);
    invoker.onEvent = refuse('no');
    queues.onSend = refuse('no queue');
    await expect(engine.take(message('a/x'))).resolves.toBeUndefined();
    expect(engine.counts('lost')).toMatchObject({ errorActionDelivered: 0, errorActionFailed: 1 });
  });
});

describe('a delivery fault', () => {
  it('can duplicate deliveries', async () => {
    const { engine, called } = setUp([rule('one')], async (_, deliver) => {
      await deliver();
      await deliver();
    });
    await engine.take(message('a/x'));
    expect(called()).toEqual([
      ['arn:one', 'a/x'],
      ['arn:one', 'a/x'],
    ]);
  });

  it('can reorder deliveries of one rule, told by what it is', async () => {
    const kept: (() => Promise<void>)[] = [];
    const { engine, called } = setUp(
      [rule('one')],
      async ({ rule: name, action, resource, topic }, deliver) => {
        expect({ name, action, resource }).toEqual({
          name: 'one',
          action: 'LambdaAction',
          resource: 'arn:one',
        });
        if (topic === 'a/first') kept.push(deliver);
        else for (const each of [deliver, ...kept.splice(0)]) await each();
      },
    );
    await engine.take(message('a/first'));
    await engine.take(message('a/second'));
    expect(called().map(([, topic]) => topic)).toEqual(['a/second', 'a/first']);
  });

  it('can fail deliveries, which then reach the error action', async () => {
    const { engine, told } = setUp([rule('one', { errorAction: dead })], ({ action }, deliver) =>
      action === 'LambdaAction' ? Promise.reject(new ServiceError('Refused', 'injected')) : deliver(),
    );
    await engine.take(message('a/x'));
    expect(told()).toMatchObject([{ failures: [{ errorMessage: expect.stringContaining('injected') }] }]);
  });
});
