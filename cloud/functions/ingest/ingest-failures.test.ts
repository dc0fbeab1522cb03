import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { OperatorError, RetryLater } from '../errors.ts';
import { tinyJpeg } from '../jpeg-for-tests.ts';
import {
  ada,
  doorItem,
  event,
  first,
  IngestForTests,
  passageEvent,
  receivedAt,
  thing,
} from './ingest-for-tests.ts';

const door = new IngestForTests();

describe('a race', () => {
  it('is run again on what has changed, without a second search', async () => {
    let interfered = false;
    door.ledger.beforeCommit = () => {
      if (interfered) return;
      interfered = true;
      const punch = {
        id: 'other',
        at: '2026-11-23T07:00:00.000Z',
        via: 'auto',
        direction: 'in',
        suppressedBy: null,
      } as const;
      door.ledger.days.set('p-ada 2026-11-23', {
        personId: 'p-ada',
        site: 'main',
        date: '2026-11-23',
        version: 1,
        punches: [punch],
        state: 'in',
        since: punch.at,
        firstIn: punch.at,
        lastOut: null,
      });
    };
    await door.run(event());
    expect(door.lastVerdict).toMatchObject({ outcome: 'matched', direction: 'out' });
    expect(door.searches).toBe(1);
  });

  it('with a withdrawn consent ends without a name and without a punch', async () => {
    const { consent: _, ...withdrawn } = ada;
    door.ledger.beforeCommit = () => door.ledger.people.set(ada.id, withdrawn);
    await door.run(event());
    expect(door.punches).toEqual([]);
    expect(door.lastVerdict).toMatchObject({ outcome: 'unknown', reason: 'no_consent' });
  });

  it('with a withdrawn consent ends without a name for a passage that has its punch already', async () => {
    await door.run(event());
    const { consent: _, ...withdrawn } = ada;
    door.ledger.beforeCommit = () => door.ledger.people.set(ada.id, withdrawn);
    await door.run(event({ attempt: 2 }));
    expect(door.lastVerdict).toMatchObject({ attempt: 2, outcome: 'unknown', reason: 'no_consent' });
    expect(door.lastVerdict).not.toHaveProperty('name');
    expect(door.stored.at(-1)).not.toHaveProperty('personId');
  });

  it('that is always lost is left to Lambda to try again', async () => {
    const day = { personId: 'p-ada', site: 'main', date: '2026-11-23', punches: [] };
    const empty = { state: null, since: null, firstIn: null, lastOut: null };
    let version = 10;
    door.ledger.beforeCommit = () => {
      version += 1;
      door.ledger.days.set('p-ada 2026-11-23', { ...day, ...empty, version });
    };
    await expect(door.run(event())).rejects.toThrow(RetryLater);
    expect(door.verdicts).toEqual([]);
  });
});

describe('a delivery that waits for its next try', () => {
  const later = { now: () => receivedAt + 90_000, searchFaces: () => Promise.reject(new Error('down')) };

  it('is noted as received, so that its sequence number is no gap, and its age is measured', async () => {
    await expect(door.run(event(), later)).rejects.toThrow(RetryLater);
    expect([...door.ledger.receipts.values()]).toEqual([
      {
        thing,
        passageId: first.passageId,
        attempt: 1,
        seq: 41,
        receivedAt: '2026-11-23T07:58:13.000Z',
        failedAt: '2026-11-23T07:59:43.000Z',
        code: 'call_failed',
      },
    ]);
    expect(door.metrics.sum('OldestWaitingSeconds')).toBe(90);
  });

  it('is thrown all the same when that cannot be noted', async () => {
    const noteReceipt = () => Promise.reject(new Error('down too'));
    const ledger = Object.assign(Object.create(door.ledger) as typeof door.ledger, { noteReceipt });
    await expect(door.run(event(), { ...later, ledger })).rejects.toThrow('call_failed (Error: down)');
    expect(door.logged.join()).toContain('receipt.failed');
  });

  it('is settled by that try as if nothing had been', async () => {
    await expect(door.run(event(), later)).rejects.toThrow();
    await door.run(event());
    expect(door.lastVerdict).toEqual(golden('verdict-matched'));
  });
});

describe('poison', () => {
  it.each([
    ['a truncated picture', event({}, { image: tinyJpeg(200, 240).subarray(0, -2).toString('base64') })],
    ['a PNG', event({}, { image: Buffer.from('89504e470d0a1a0a', 'hex').toString('base64') })],
    ['another schema', event({ quality: null })],
    ['another version', event({ v: 2 })],
    ['a thing that is no door', event({}, { thingName: 'rollcall-dev-nobody' })],
    ['a passage of another version', passageEvent({ v: 2 })],
    ['a passage of a thing that is no door', passageEvent({}, { thingName: 'rollcall-dev-nobody' })],
  ])('of the kind %s ends in one try, recorded, without a search or a receipt', async (_case, poison) => {
    await door.run(poison);
    expect(door.stored).toMatchObject([{ outcome: 'error' }]);
    expect(door.searches).toBe(0);
    expect(door.ledger.receipts.size).toBe(0);
  });

  it('that only Rekognition recognises ends in one try too', async () => {
    door.found = { kind: 'refused', reason: 'picture_refused' };
    await door.run(event());
    expect(door.stored).toMatchObject([{ outcome: 'error', reason: 'picture_refused' }]);
    expect(door.lastVerdict).toMatchObject({ outcome: 'error', reason: 'picture_refused' });
  });

  it('is answered again as it was settled before, whatever comes under its id', async () => {
    await door.run(event());
    await door.run(event({ v: 2 }));
    expect(door.stored).toMatchObject([{ outcome: 'matched' }]);
    expect(door.lastVerdict).toMatchObject({ outcome: 'matched' });
    expect(door.lastVerdict).not.toHaveProperty('name');
  });

  it('under the id of another door’s passage is recorded under one of its own', async () => {
    const other = 'rollcall-dev-demo-2';
    door.ledger.doors.set(other, doorItem(other));
    await door.run(event());
    await door.run(event({ v: 2 }, { thingName: other }));
    expect(door.stored.at(-1)).toMatchObject({ reason: 'passage_of_another_door', door: { thing: other } });
    expect(door.verdicts.map((sent) => sent.thing)).toEqual([thing]);
  });

  it('in the shape of a thousand punches on one day is kept for a person to look at', async () => {
    const at = (n: number) => new Date(Date.parse('2026-11-22T23:30:00.000Z') + n * 60_000).toISOString();
    const punches = Array.from({ length: 1000 }, (_, n) => ({
      id: `p${n}`,
      at: at(n),
      via: 'auto' as const,
      direction: 'in' as const,
      suppressedBy: null,
    }));
    const empty = { state: null, since: null, firstIn: null, lastOut: null };
    const day = { personId: ada.id, site: 'main', date: '2026-11-23', version: 1000, punches, ...empty };
    door.ledger.days.set('p-ada 2026-11-23', day);
    await door.run(event());
    expect(door.stored).toMatchObject([{ outcome: 'matched', reason: 'too_many_punches' }]);
    expect(door.ledger.days.get('p-ada 2026-11-23')).toBe(day);
  });
});

describe('a failure', () => {
  const failing = (name: string) =>
    door.run(event(), {
      searchFaces: () => Promise.reject(Object.assign(new Error('from AWS'), { name })),
      sendVerdict: () => Promise.reject(new Error('no verdict is due')),
    });

  it.each([
    'ThrottlingException',
    'ProvisionedThroughputExceededException',
    'InternalServerError',
    'TimeoutError',
  ])('of the kind %s is thrown for Lambda to try again', async (name) => {
    await expect(failing(name)).rejects.toThrow(RetryLater);
    expect(door.stored).toEqual([]);
  });

  it('for want of a grant calls for an operator and names what AWS said', async () => {
    const failure = failing('AccessDeniedException');
    await expect(failure).rejects.toThrow(OperatorError);
    await expect(failure).rejects.toThrow(/AccessDeniedException/);
  });

  it('of the code itself is not taken for one of the service', async () => {
    await expect(failing('ZodError')).rejects.toThrow(OperatorError);
  });

  it('to send the verdict is thrown, and the next try sends it without a second punch', async () => {
    const sendVerdict = () => Promise.reject(new Error('connection reset'));
    await expect(door.run(event(), { sendVerdict })).rejects.toThrow(RetryLater);
    await door.run(event());
    expect(door.punches).toHaveLength(1);
    expect(door.lastVerdict).toEqual(golden('verdict-matched'));
  });
});
