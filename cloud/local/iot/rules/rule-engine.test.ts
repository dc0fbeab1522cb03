import { describe, expect, it } from 'vitest';
import type { Message } from '../message.ts';
import { noProperties } from '../message.ts';
import { InvokerDouble } from '../testing/invoker-double.ts';
import { makeRuleEngine, type RuleDefinition } from './rule-engine.ts';

const log = { info: () => undefined, warn: () => undefined };
const rule = (name: string, overrides: Partial<RuleDefinition> = {}): RuleDefinition => ({
  name,
  sql: "SELECT topic() AS topic FROM 'a/+'",
  disabled: false,
  functionArns: [`arn:${name}`],
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
const setUp = (...rules: RuleDefinition[]) => {
  const invoker = new InvokerDouble();
  const engine = makeRuleEngine({ invoker, now: () => 0, log });
  for (const one of rules) engine.define(one);
  return {
    engine,
    called: () => invoker.events.map(({ functionArn, event }) => [functionArn, event.topic]),
  };
};

describe('the rules engine', () => {
  it('runs every rule whose filter covers the topic', async () => {
    const { engine, called } = setUp(rule('one'), rule('two'), rule('three', { sql: "SELECT * FROM 'b'" }));
    await engine.take(message('a/x'));
    expect(called()).toEqual([
      ['arn:one', 'a/x'],
      ['arn:two', 'a/x'],
    ]);
  });

  it('brings Basic Ingest to the named rule alone, without the prefix', async () => {
    const { engine, called } = setUp(rule('one'), rule('two'));
    await engine.take(message('$aws/rules/two/a/x'));
    expect(called()).toEqual([['arn:two', 'a/x']]);
  });

  it('drops Basic Ingest to a rule that is disabled or does not exist', async () => {
    const { engine, called } = setUp(rule('off', { disabled: true }), rule('on'));
    await engine.take(message('$aws/rules/off/a/x'));
    await engine.take(message('$aws/rules/none/a/x'));
    expect(called()).toEqual([]);
  });

  it('does not run a disabled rule', async () => {
    const { engine, called } = setUp(rule('off', { disabled: true }));
    await engine.take(message('a/x'));
    expect(called()).toEqual([]);
  });

  it('runs all actions of a rule', async () => {
    const { engine, called } = setUp(rule('both', { functionArns: ['arn:f', 'arn:g'] }));
    await engine.take(message('a/x'));
    expect(called().map(([functionArn]) => functionArn)).toEqual(['arn:f', 'arn:g']);
    expect(engine.counts('both')).toEqual({ matched: 1, delivered: 2, failed: 0 });
  });
});
