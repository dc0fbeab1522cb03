import { beforeEach, describe, expect, it } from 'vitest';
import { OperatorError, RetryLater } from '../errors.ts';
import type { Log } from '../log.ts';
import { MemoryMetrics } from '../metrics-for-tests.ts';
import { faces } from './ingest-for-tests.ts';
import { makePatientSearch, reserveMs } from './patient-search.ts';

const ids = { thing: 'rollcall-dev-demo-1', passageId: 'p', attempt: 1, seq: 1 };
const fail = (name: string) => Object.assign(new Error('from AWS'), { name });
const timeoutMs = 60_000;

let now: number;
let searchedAt: number[];
let metrics: MemoryMetrics;
let logged: unknown[];
beforeEach(() => {
  now = 0;
  searchedAt = [];
  metrics = new MemoryMetrics();
  logged = [];
});

/** Searches with a manual clock; `answer` gets the time since the invocation began and may throw. */
const search = (answer: (atMs: number) => void, random = 0.5, remaining = () => timeoutMs - now) => {
  const warn: Log['warn'] = (name, fields) => logged.push([name, fields]);
  const patient = makePatientSearch({
    search: async () => {
      searchedAt.push(now);
      now += 200;
      answer(now);
      return faces(['p-ada', 99.9]);
    },
    sleep: async (ms) => {
      now += ms;
    },
    random: () => random,
    metrics,
    log: { warn },
  });
  return patient(Buffer.alloc(1), remaining, ids);
};
const pauses = () => searchedAt.slice(1).map((at, n) => at - (searchedAt[n] ?? 0) - 200);

describe('a search that waits its turn', () => {
  it('asks once when it is answered', async () => {
    expect(await search(() => {})).toEqual(faces(['p-ada', 99.9]));
    expect(searchedAt).toEqual([0]);
    expect(metrics.sum('Searches')).toBe(1);
    expect(logged).toEqual([]);
  });

  it('waits longer and longer while it is throttled, and is answered in the same invocation', async () => {
    const untilTwenty = (at: number) => {
      if (at < 20_000) throw fail('ProvisionedThroughputExceededException');
    };
    await search(untilTwenty);
    expect(pauses()).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
    expect(metrics.sum('Searches')).toBe(1);
    expect(metrics.sum('SearchThrottled')).toBe(8);
  });

  it('spreads its waits over the whole pause, so that doors do not come back in step', async () => {
    const throttled = () => {
      throw fail('ThrottlingException');
    };
    await expect(search(throttled, 0.999)).rejects.toThrow(RetryLater);
    const long = pauses();
    searchedAt = [];
    now = 0;
    await expect(search(throttled, 0.001, () => (searchedAt.length < 20 ? timeoutMs : 0))).rejects.toThrow(
      RetryLater,
    );
    expect(Math.max(...pauses())).toBeLessThan(10);
    expect(long[0]).toBeGreaterThan(490);
    expect(Math.max(...long)).toBeLessThan(8_000);
  });

  it.each(['InternalServerError', 'ThrottlingException', 'TimeoutError'])(
    'gives up on %s while there is still time for what must follow, and leaves the event to the next try',
    async (name) => {
      const failing = search(() => {
        throw fail(name);
      });
      await expect(failing).rejects.toThrow(RetryLater);
      expect(timeoutMs - now).toBeGreaterThanOrEqual(reserveMs - 200);
      expect(timeoutMs - now).toBeLessThan(reserveMs + 8_000);
      expect(metrics.sum('Searches')).toBe(0);
    },
  );

  it('tries once even when hardly any time is left', async () => {
    expect(
      await search(
        () => {},
        0.5,
        () => 100,
      ),
    ).toMatchObject({ kind: 'faces' });
  });

  it('does not wait for what only an operator can change', async () => {
    const denied = search(() => {
      throw fail('AccessDeniedException');
    });
    await expect(denied).rejects.toThrow(OperatorError);
    expect(searchedAt).toHaveLength(1);
  });

  it('says in the log which sighting waits and what for', async () => {
    let failures = 1;
    await search(() => {
      if (failures-- > 0) throw fail('ThrottlingException');
    });
    expect(logged).toEqual([
      ['search.waited', { ...ids, cause: 'ThrottlingException', tries: 1, waitMs: 0 }],
    ]);
  });
});
