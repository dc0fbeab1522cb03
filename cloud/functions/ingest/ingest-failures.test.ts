import { describe, expect, it } from 'vitest';
import { golden } from '#contract/golden.ts';
import { OperatorError, RetryLater } from '../errors.ts';
import { ada, event, IngestForTests } from './ingest-for-tests.ts';

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
