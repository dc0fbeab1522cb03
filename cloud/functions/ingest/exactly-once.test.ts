import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ingest } from './ingest.ts';
import { doorItem, ingestOver, unhurried } from './ingest-for-tests.ts';
import { daysAreDerived, everyPassageCountsOnce, nothingIsLost } from './invariants-for-tests.ts';
import { MemoryLedger } from './ledger-for-tests.ts';
import { enrolled, eventsOf, passings, searchIn, things } from './passings-for-tests.ts';
import type { Settlement } from './settle.ts';

/**
 * Anything that MQTT, Lambda, the queue and a rebooted door may do to a day's deliveries: each of them any number of times, in any
 * order, at once with any interleaving of their reads and writes, failing before or after any call, and tried again until done.
 */

/** A ledger whose every call waits for its turn and may fail before it has done its work, or after. */
const unreliable = <L extends MemoryLedger>(
  ledger: L,
  turn: (name: string) => Promise<unknown>,
  nextFault: () => 'none' | 'before' | 'after',
): L =>
  new Proxy(ledger, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const fault = nextFault();
        await turn(String(name));
        if (fault === 'before') throw new Error('connection reset');
        const answer: unknown = await Reflect.apply(method, target, args);
        await turn(`${String(name)} done`);
        if (fault === 'after') throw new Error('connection reset');
        return answer;
      };
    },
  });

type Variant = {
  readonly ledger?: () => MemoryLedger;
  readonly around?: (ingest: Ingest) => Ingest;
  /** Without calls that fail; searches are then counted to the last one. */
  readonly calm?: boolean;
};

const holds = ({
  ledger: makeLedger = () => new MemoryLedger(),
  around = (ingest) => ingest,
  calm = false,
}: Variant) =>
  fc.asyncProperty(
    passings.chain((list) => {
      const deliveries = list.flatMap(eventsOf);
      const again = fc.subarray(deliveries);
      return again
        .chain((twice) =>
          fc.shuffledSubarray([...deliveries, ...twice], { minLength: deliveries.length + twice.length }),
        )
        .map((arriving) => ({ list, arriving }));
    }),
    fc.array(fc.constantFrom<'none' | 'before' | 'after'>('none', 'none', 'none', 'before', 'after'), {
      maxLength: calm ? 0 : 60,
    }),
    fc.scheduler(),
    async ({ list, arriving }, faults, scheduler) => {
      const ledger = makeLedger();
      for (const person of enrolled) ledger.people.set(person.id, person);
      for (const thing of things) ledger.doors.set(thing, doorItem(thing));

      let searches = 0;
      const left = [...faults];
      const turn = (name: string) => scheduler.schedule(Promise.resolve(), name);
      const shared = unreliable(ledger, turn, () => left.pop() ?? 'none');
      /** Each delivery comes to one of two execution environments, which remember different things. */
      const environments = [0, 1].map(() =>
        around(
          ingestOver(shared, {
            searchFaces: async (image) => {
              await turn('search');
              searches += 1;
              return searchIn(image);
            },
            sendVerdict: async () => {
              await turn('verdict');
              if (left.pop() === 'before') throw new Error('connection reset');
            },
          }),
        ),
      );
      const untilDone = async (delivery: object, n: number): Promise<void> => {
        for (let tries = 0; tries < 200; tries += 1) {
          try {
            await environments[n % 2]?.(delivery, unhurried);
            return;
          } catch (error) {
            expect(error).toMatchObject({ name: 'RetryLater' });
          }
        }
        throw new Error('a delivery is never done');
      };
      await scheduler.waitFor(Promise.all(arriving.map(untilDone)));

      nothingIsLost(ledger, list);
      everyPassageCountsOnce(ledger, list);
      daysAreDerived(ledger);
      if (calm) expect([...ledger.usage.values()].reduce((sum, n) => sum + n, 0)).toBe(searches);
    },
  );

const seen = async (variant: Variant): Promise<boolean> =>
  (await fc.check(holds(variant), { numRuns: 400, endOnFailure: true, seed: 7 })).failed;

describe('deliveries in any number, order, interleaving and with any failure', () => {
  it('lose nothing and count every passage once', async () => {
    await fc.assert(holds({}), { numRuns: 150 });
  });

  it('count every search that was bought', async () => {
    await fc.assert(holds({ calm: true }), { numRuns: 100 });
  });

  it('would be seen to miss a search, if only those were counted that led to a record', async () => {
    class RecordsOnly extends MemoryLedger {
      override async countSearch(): Promise<void> {}
    }
    expect(await seen({ ledger: () => new RecordsOnly(), calm: true })).toBe(true);
  });

  it('would be seen to count twice, if a write did not ask whether the passage has its punch', async () => {
    class Forgetful extends MemoryLedger {
      protected override holds(settlement: Settlement): boolean {
        const claims = [...this.claims];
        this.claims.clear();
        const answer = super.holds(settlement);
        for (const [id, claim] of claims) this.claims.set(id, claim);
        return answer;
      }
    }
    expect(await seen({ ledger: () => new Forgetful() })).toBe(true);
  });

  it('would be seen to lose a punch, if a write did not ask whether the day is as it was read', async () => {
    class LastWriterWins extends MemoryLedger {
      protected override holds({ attendance, ...settlement }: Settlement): boolean {
        return super.holds(settlement) && !this.claims.has(attendance?.punch.id ?? '');
      }
    }
    expect(await seen({ ledger: () => new LastWriterWins() })).toBe(true);
  });

  it('would be seen to differ, if a write did not ask whether the day next to it is as it was read', async () => {
    class OwnDayOnly extends MemoryLedger {
      protected override holds({ attendance, ...settlement }: Settlement): boolean {
        return super.holds(
          attendance === undefined
            ? settlement
            : { ...settlement, attendance: { ...attendance, reliedOn: [] } },
        );
      }
    }
    expect(await seen({ ledger: () => new OwnDayOnly() })).toBe(true);
  });

  it('would be seen to lose a delivery, if a failure were taken for a success', async () => {
    const around =
      (ingest: Ingest): Ingest =>
      (...args) =>
        ingest(...args).catch(() => {});
    expect(await seen({ around })).toBe(true);
  });

  it('would be seen to lose a punch, if a sighting could begin to wait for a clock that is just being learned', async () => {
    class LooksAway extends MemoryLedger {
      protected override holds({ waits: _, ...settlement }: Settlement): boolean {
        return super.holds(settlement);
      }
    }
    expect(await seen({ ledger: () => new LooksAway() })).toBe(true);
  });
});
