import { describe, expect, it } from 'vitest';
import { makeAdmissions } from './admission.ts';

const identity = { certificateId: 'c', clientId: 'door-1' };
const request = { topic: 'a/b', qos: 1, retain: false, payloadBytes: 10 };
const subscription = { filter: 'a/b', qos: 1, hasIdentifier: false };

const withPolicy = (allows: (action: string) => boolean) =>
  makeAdmissions({
    authorizer: { allows: (_, action) => allows(action) },
    answers: (topic) => topic === '$aws/asked',
  });
const generous = withPolicy(() => true);

describe('with a policy that allows everything', () => {
  it.each([
    ['QoS 2', { qos: 2 }, 155],
    ['a payload beyond 128 KB', { payloadBytes: 131_073 }, 149],
    ['a topic with too many slashes', { topic: 'a/b/c/d/e/f/g/h/i' }, 144],
  ])('ends the connection for %s', (_, change, reasonCode) => {
    expect(generous.publish(identity, { ...request, ...change })).toMatchObject({
      kind: 'disconnect',
      reasonCode,
    });
  });

  it.each([
    ['a reserved topic without an answer', { topic: '$aws/things/x/shadow/update' }],
    ['a retained message on a reserved topic', { topic: '$aws/rules/r/a', retain: true }],
  ])('denies %s', (_, change) => {
    expect(generous.publish(identity, { ...request, ...change }).kind).toBe('denied');
  });

  it.each(['$aws/asked', '$aws/rules/r/a', 'a/b'])('admits a message to %s', (topic) => {
    expect(generous.publish(identity, { ...request, topic })).toEqual({ kind: 'allowed' });
  });

  it('ends the connection for a subscription identifier, which AWS does not have', () => {
    expect(generous.subscribe(identity, { ...subscription, hasIdentifier: true })).toMatchObject({
      kind: 'disconnect',
      reasonCode: 161,
    });
  });

  it.each(['$aws/rules/r/a', '$SYS/x', '$share/g/a'])('denies a subscription to %s', (filter) => {
    expect(generous.subscribe(identity, { ...subscription, filter }).kind).toBe('denied');
  });

  it('delivers no request to IoT Core to anybody else', () => {
    expect(generous.receive(identity, '$aws/asked')).toBe(false);
    expect(generous.receive(identity, '$aws/rules/r/a')).toBe(false);
    expect(generous.receive(identity, 'a/b')).toBe(true);
  });
});

describe('retained messages', () => {
  it('need a permission of their own', () => {
    const publishOnly = withPolicy((action) => action !== 'iot:RetainPublish');
    expect(publishOnly.publish(identity, request).kind).toBe('allowed');
    expect(publishOnly.publish(identity, { ...request, retain: true }).kind).toBe('denied');
  });
});
