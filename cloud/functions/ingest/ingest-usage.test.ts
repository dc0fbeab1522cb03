import { describe, expect, it } from 'vitest';
import { makeSearchGuard } from '../usage/search-guard.ts';
import type { SearchResult } from './ingest.ts';
import { ada, event, IngestForTests, passageEvent, passageId, thing } from './ingest-for-tests.ts';
import { MemoryLedger } from './ledger-for-tests.ts';

const door = new IngestForTests();
const counted = () => [...door.ledger.usage];
const november = `2026-11 ${thing}`;

describe('searches are counted', () => {
  it.each([
    ['a punch', { kind: 'faces', candidates: [{ personId: ada.id, similarity: 99.9 }] }],
    ['a stranger', { kind: 'faces', candidates: [] }],
    ['a picture without a face, which was looked at all the same', { kind: 'no_face' }],
  ] as [string, SearchResult][])('once for %s, however often it is delivered', async (_, found) => {
    door.found = found;
    await door.run(event());
    await door.run(event());
    expect(door.searches).toBe(1);
    expect(counted()).toEqual([[november, 1]]);
  });

  it.each([
    ['a picture that Rekognition refuses, which costs nothing', event()],
    ['a delivery that is refused before', event({ v: 2 })],
    ['a passage without a picture', passageEvent()],
    ['a door that is not known', event({}, { thingName: 'rollcall-dev-unknown' })],
  ])('not for %s', async (_, delivered) => {
    door.found = { kind: 'refused', reason: 'picture_refused' };
    await door.run(delivered);
    expect(counted()).toEqual([]);
  });

  it('in the month in which they are bought, whenever the door took the picture', async () => {
    const late = event({ passageId: passageId(2), capturedAt: '2026-11-30T22:00:00.000Z' });
    await door.run(late, { now: () => Date.parse('2026-11-30T23:59:59.999Z') });
    const later = event({ passageId: passageId(3), capturedAt: '2026-11-30T23:00:00.000Z' });
    await door.run(later, { now: () => Date.parse('2026-12-01T00:00:00.000Z') });
    expect(counted()).toEqual([
      [november, 1],
      [`2026-12 ${thing}`, 1],
    ]);
  });

  it('each, when two deliveries of one sighting buy one at the same time', async () => {
    await Promise.all([door.run(event()), door.run(event())]);
    expect(door.searches).toBe(2);
    expect(door.punches).toHaveLength(1);
    expect(counted()).toEqual([[november, 2]]);
  });

  it('although what they led to could not be written, and again when they are bought again', async () => {
    class Full extends MemoryLedger {
      override commit = () => Promise.reject(new Error('no room'));
    }
    const full = new Full();
    for (const [key, value] of door.ledger.doors) full.doors.set(key, value);
    for (const [key, value] of door.ledger.people) full.people.set(key, value);
    for (const _ of [1, 2]) await expect(door.run(event(), { ledger: full })).rejects.toThrow();
    expect(door.searches).toBe(2);
    expect([...full.usage]).toEqual([[november, 2]]);
  });

  it('as well as can be: a count that fails is logged and keeps nobody waiting', async () => {
    const failing = new MemoryLedger();
    for (const [key, value] of door.ledger.doors) failing.doors.set(key, value);
    failing.countSearch = () => Promise.reject(new Error('down'));
    failing.commit = () => Promise.reject(new Error('down'));
    await expect(door.run(event(), { ledger: failing })).rejects.toMatchObject({ name: 'RetryLater' });
    expect(door.logged.filter((line) => line.includes('usage.uncounted'))).toHaveLength(1);
  });
});

describe('when the month’s budget is spent', () => {
  const guardAt = (searches: number) =>
    makeSearchGuard({
      budget: { usdPerSearch: 0.001, monthlyBudgetUsd: 0.01 },
      countedIn: async () => searches,
      now: () => Date.parse('2026-11-23T08:00:00.000Z'),
    });

  it('a sighting is kept without being searched, and the door is told why', async () => {
    await door.run(event(), { guard: guardAt(10) });
    expect(door.searches).toBe(0);
    expect(door.stored).toMatchObject([{ outcome: 'unknown', reason: 'not_searched' }]);
    expect(door.lastVerdict).toMatchObject({ outcome: 'unknown', reason: 'not_searched' });
    expect(door.punches).toEqual([]);
    expect(counted()).toEqual([]);
  });

  it('the search that spends it is the last one', async () => {
    const guard = guardAt(8);
    for (const n of [1, 2, 3, 4]) {
      const capturedAt = `2026-11-23T0${n}:00:00.000Z`;
      await door.run(event({ passageId: passageId(n), capturedAt }), { guard });
    }
    expect(door.searches).toBe(2);
    expect(door.stored.map(({ reason = null }) => reason)).toEqual([
      null,
      null,
      'not_searched',
      'not_searched',
    ]);
  });

  it('what was settled before is answered as before', async () => {
    await door.run(event());
    await door.run(event(), { guard: guardAt(10) });
    expect(door.lastVerdict).toMatchObject({ outcome: 'matched' });
  });
});
