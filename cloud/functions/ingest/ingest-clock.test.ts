import { describe, expect, it } from 'vitest';
import { makeBootClocks } from './boot-clocks.ts';
import {
  ada,
  event,
  first,
  IngestForTests,
  passageEvent,
  passageId,
  receivedAt,
  silent,
  site,
  thing,
} from './ingest-for-tests.ts';
import { sitesOf } from './surroundings-for-tests.ts';

const door = new IngestForTests();
const minute = 60_000;
/** The boot's clock by which all of these are told: the golden sighting is 81,234.5 ms after the boot. */
const offsetMs = Math.round(Date.parse(String(first.capturedAt)) - Number(first.monotonicMs));
/** A sighting from `beforeMs` before the golden one, by a door that thinks it is 1970. */
const unsynced = (n: number, beforeMs: number, change: object = {}) =>
  event({
    passageId: passageId(n),
    seq: n,
    clock: 'unsynced',
    capturedAt: '1970-01-01T00:01:00.000Z',
    monotonicMs: Number(first.monotonicMs) - beforeMs,
    ...change,
  });
const otherBoot = '11111111-2222-4333-8444-555555555555';

describe('a door whose clock was not set', () => {
  it('is corrected by a synced delivery of the same boot, to the millisecond', async () => {
    await door.run(event());
    await door.run(unsynced(1, minute));
    expect(door.punches.at(-1)).toMatchObject({ at: new Date(offsetMs + 21_234.5).toISOString() });
    expect(door.stored.at(-1)).toMatchObject({ clock: 'corrected', outcome: 'matched' });
  });

  it('is not corrected by another boot: named at the door, kept for review, and no punch', async () => {
    await door.run(event());
    await door.run(unsynced(1, minute, { bootId: otherBoot }));
    expect(door.punches).toHaveLength(1);
    expect(door.stored.at(-1)).toMatchObject({
      outcome: 'matched',
      reason: 'time_unknown',
      personId: ada.id,
      clock: 'unknown',
      capturedAt: new Date(receivedAt).toISOString(),
    });
    expect(door.lastVerdict).toEqual({
      v: 1,
      passageId: passageId(1),
      attempt: 1,
      outcome: 'matched',
      name: ada.name,
      reason: 'time_unknown',
    });
  });

  it('gets its punches once the same boot’s clock is known, without another search', async () => {
    await door.run(unsynced(1, 30 * minute, { monotonicMs: 1_000 }));
    await door.run(unsynced(2, 0, { monotonicMs: 61_000 }));
    expect(door.punches).toEqual([]);
    expect(door.ledger.untimed.size).toBe(2);

    await door.run(event());
    expect(door.punches.map(({ id }) => id).sort()).toEqual(
      [passageId(1), passageId(2), first.passageId].sort(),
    );
    expect(door.punch(passageId(1))).toMatchObject({ at: new Date(offsetMs + 1_000).toISOString() });
    // One minute after the first, and so within the duplicate period.
    expect(door.punch(passageId(2))).toMatchObject({ suppressedBy: passageId(1) });
    expect(door.stored.map(({ reason, clock }) => [reason, clock])).toEqual([
      [undefined, 'corrected'],
      ['duplicate_punch', 'corrected'],
      ['duplicate_punch', 'synced'],
    ]);
    expect(door.ledger.untimed.size).toBe(0);
    expect(door.searches).toBe(3);
  });

  it('gets no punch afterwards if the consent went meanwhile', async () => {
    await door.run(unsynced(1, minute));
    const { consent: _, ...withdrawn } = ada;
    door.ledger.people.set(ada.id, withdrawn);
    await door.run(event());
    expect(door.punches).toEqual([]);
    expect(door.stored[0]).toMatchObject({ outcome: 'unknown', reason: 'no_consent' });
    expect(door.stored[0]).not.toHaveProperty('personId');
  });

  it('gives one punch when both attempts of a passage waited', async () => {
    await door.run(unsynced(1, minute));
    await door.run(unsynced(1, minute, { attempt: 2, seq: 2 }));
    await door.run(event());
    expect(door.punches.filter(({ id }) => id === passageId(1))).toHaveLength(1);
    expect(door.stored.slice(0, 2).map(({ reason }) => reason)).toEqual([undefined, 'already_counted']);
  });

  it('learns by a report of the door as well, and does not forget what waits when it fails half-way', async () => {
    await door.run(unsynced(1, 2 * minute, { monotonicMs: 1 }));
    await door.run(unsynced(2, minute, { monotonicMs: 30_000 }));
    const clocks = () => makeBootClocks({ ledger: door.ledger, sites: sitesOf(site), log: silent });
    let commits = 0;
    door.ledger.beforeCommit = () => {
      commits += 1;
      if (commits === 2) throw new Error('the table is down');
    };
    const told = { offsetMs, source: 'synced' } as const;
    await expect(clocks().learn(thing, String(first.bootId), told)).rejects.toThrow();
    expect(door.punches).toHaveLength(1);
    await clocks().learn(thing, String(first.bootId), told);
    expect(door.punches).toHaveLength(2);
  });

  it('needs no witness when the broker’s clock agrees with its own, and a synced clock knows better', async () => {
    const late = unsynced(1, minute, { bootId: otherBoot });
    const live = { clock: 'unsynced', bootId: otherBoot };
    await door.run(event({ ...live, capturedAt: new Date(receivedAt - 3_000).toISOString() }));
    expect(door.stored.at(-1)).toMatchObject({
      clock: 'corrected',
      capturedAt: new Date(receivedAt - 3_000).toISOString(),
    });
    await door.run(late);
    expect(door.stored.at(-1)).toMatchObject({ clock: 'corrected' });
    await door.run(event({ passageId: passageId(9), seq: 9, bootId: otherBoot }));
    expect(door.ledger.boots.get(`${thing} ${otherBoot}`)).toEqual({ offsetMs, source: 'synced' });
  });

  it('is corrected in passages without a picture, which also tell the clock', async () => {
    await door.run(passageEvent({ capturedAt: '1970-01-01T00:02:00.000Z' }));
    const stored = () => [...door.ledger.passages.values()].at(-1);
    expect(stored()).toMatchObject({ clock: 'unknown', capturedAt: new Date(receivedAt).toISOString() });
    await door.run(passageEvent({ clock: 'synced', capturedAt: '2026-11-23T07:57:00.000Z', seq: 50 }));
    await door.run(passageEvent({ capturedAt: '1970-01-01T00:02:00.000Z', seq: 51 }));
    expect(stored()).toMatchObject({ clock: 'corrected', capturedAt: '2026-11-23T07:57:00.000Z' });
  });

  it('is not left without its punch when the clock is learned between its read and its write', async () => {
    let interfered = false;
    door.ledger.beforeCommit = () => {
      if (interfered) return;
      interfered = true;
      door.ledger.boots.set(`${thing} ${first.bootId}`, { offsetMs, source: 'synced' });
    };
    await door.run(unsynced(1, minute));
    expect(door.stored).toMatchObject([{ clock: 'corrected' }]);
    expect(door.punches).toHaveLength(1);
    expect(door.searches).toBe(1);
  });
});
