import { describe, expect, it } from 'vitest';
import { event, faces, IngestForTests, ingestOver, passageId } from './ingest-for-tests.ts';
import { makeHandler } from './redrive.ts';

const door = new IngestForTests();

/** What Lambda writes to the queue for an event that it tried in vain (Lambda Developer Guide, retaining records). */
const destinationRecord = (requestPayload: unknown) => ({
  version: '1.0',
  timestamp: '2026-11-23T08:01:20.000Z',
  requestContext: {
    requestId: 'e4b46cbf-b738-4880-8a18-f61cca180064',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rollcall-dev-ingest:$LATEST',
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: 'RetryLater', errorMessage: 'throttled' },
});
const batch = (...bodies: string[]) => ({
  Records: bodies.map((body, n) => ({
    messageId: `m${n}`,
    receiptHandle: 'handle',
    body,
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:rollcall-dev-ingest-failed',
    awsRegion: 'eu-west-1',
  })),
});
const waiting = (...events: unknown[]) =>
  batch(...events.map((one) => JSON.stringify(destinationRecord(one))));
const sighting = (n: number, change: object = {}) => event({ passageId: passageId(n), seq: n, ...change });

const seenRemaining: number[] = [];
/** Handles an event as Lambda would, with a minute of which every search takes `searchMs`. */
const handle = (received: unknown, { searchMs = 100, fails = (_n: number): boolean => false } = {}) => {
  let now = 0;
  let searches = 0;
  seenRemaining.length = 0;
  const ingest = ingestOver(door.ledger, {
    searchFaces: async (_image, remainingMs) => {
      seenRemaining.push(Math.round(remainingMs()));
      now += searchMs;
      if (fails(searches++)) throw Object.assign(new Error('busy'), { name: 'ThrottlingException' });
      return faces(['p-ada', 99.9]);
    },
    sendVerdict: async () => {},
  });
  const log = { warn: (name: string, fields: object) => door.logged.push(JSON.stringify([name, fields])) };
  return makeHandler({ ingest, log })(received, { getRemainingTimeInMillis: () => 60_000 - now });
};

describe('the event of a rule', () => {
  it('is settled, and thrown when it fails', async () => {
    expect(await handle(event())).toBeUndefined();
    expect(door.punches).toHaveLength(1);
    await expect(handle(sighting(2), { fails: () => true })).rejects.toThrow('throttled');
  });

  it('that is none of ours is thrown for an operator', async () => {
    await expect(handle({ Records: [] })).rejects.toThrow('event_not_understood');
  });
});

describe('a batch of the on-failure queue', () => {
  it('is settled from the event that Lambda could not get done', async () => {
    expect(await handle(waiting(sighting(1), sighting(2)))).toEqual({ batchItemFailures: [] });
    expect(door.stored.map((stored) => stored.passageId)).toEqual([passageId(1), passageId(2)]);
  });

  it('returns those alone that failed again', async () => {
    const answer = await handle(waiting(sighting(1), sighting(2), sighting(3)), { fails: (n) => n === 1 });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(door.stored).toHaveLength(2);
    expect(door.ledger.receipts.size).toBe(1);
  });

  it('is settled also when Lambda never came to start it, and so has no answer of it to tell', async () => {
    const { responseContext: _, responsePayload: __, ...aged } = destinationRecord(sighting(1));
    const record = { ...aged, requestContext: { ...aged.requestContext, condition: 'EventAgeExceeded' } };
    expect(await handle(batch(JSON.stringify(record)))).toEqual({ batchItemFailures: [] });
    expect(door.stored).toHaveLength(1);
  });

  it('is done with poison at the first try', async () => {
    const truncated = { ...sighting(2), image: '/9j/' };
    expect(await handle(waiting(sighting(1), truncated, sighting(3, { v: 9 })))).toEqual({
      batchItemFailures: [],
    });
    expect(door.stored.map(({ outcome }) => outcome)).toEqual(['matched', 'error', 'error']);
  });

  it('buys no second search for what another try has settled meanwhile', async () => {
    await handle(sighting(1));
    await handle(waiting(sighting(1)));
    expect(seenRemaining).toEqual([]);
    expect(door.punches).toHaveLength(1);
  });

  it('gives every message its share of the time, and what is not used to those that follow', async () => {
    await handle(waiting(sighting(1), sighting(2), sighting(3)), { searchMs: 6_000 });
    expect(seenRemaining).toEqual([20_000, 27_000, 48_000]);
  });

  it('returns what it had no time for, untouched', async () => {
    const answer = await handle(waiting(sighting(1), sighting(2), sighting(3)), { searchMs: 46_000 });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }] });
    expect(seenRemaining).toHaveLength(1);
  });

  it.each([
    ['no JSON', '{'],
    [
      'the message of a rule’s error action',
      JSON.stringify({ ruleName: 'rollcall_dev_sightings', failures: [] }),
    ],
    ['a record of an event that no rule of ours made', JSON.stringify(destinationRecord({ hello: 'world' }))],
  ])('returns a message that is %s, until it ends in the dead-letter queue', async (_case, body) => {
    expect(await handle(batch(body))).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
  });

  it('logs which message failed and why, and nothing of it', async () => {
    await handle(waiting(sighting(1)), { fails: () => true });
    expect(door.logged.map((line) => JSON.parse(line) as unknown)).toEqual([
      ['redrive.failed', { message: 'm0', code: 'throttled', cause: 'ThrottlingException' }],
    ]);
  });
});
