import { describe, expect, it } from 'vitest';
import { thing, WatchForTests } from './watch-for-tests.ts';

const synced = { clock: 'synced' } as const;
const said = (test: WatchForTests) => test.sequences.sequences.get(thing)?.syncedThrough;
const nowOf = (test: WatchForTests) => new Date(test.nowMs).toISOString();

describe('up to when a door has said everything', () => {
  it('is when it reported with an empty outbox, and stays while something waits', async () => {
    const test = new WatchForTests();
    await test.report(1, synced);
    const before = nowOf(test);
    expect(said(test)).toBe(before);
    test.nowMs += 60_000;
    await test.report(1, { ...synced, waiting: 3 });
    expect(said(test)).toBe(before);
    test.nowMs += 60_000;
    test.arrive(1, 2, 3);
    await test.report(4, synced);
    expect(said(test)).toBe(nowOf(test));
  });

  it('is by the door’s own clock when the report took long on its way, and never goes back', async () => {
    const test = new WatchForTests();
    const at = nowOf(test);
    test.nowMs += 5 * 60_000;
    await test.report(1, { ...synced, at });
    expect(said(test)).toBe(at);
    test.nowMs += 60_000;
    await test.report(1, synced);
    const latest = nowOf(test);
    test.nowMs += 60_000;
    await test.report(1, { ...synced, at });
    expect(said(test)).toBe(latest);
  });

  it('waits for what arrived and could not be settled, for a day', async () => {
    const test = new WatchForTests();
    await test.report(1, synced);
    const before = said(test);
    test.nowMs += 60_000;
    test.arrive(1);
    test.sequences.waiting.push(nowOf(test));
    await test.report(2, synced);
    expect(said(test)).toBe(before);
    test.nowMs += 23 * 3_600_000;
    await test.report(2, synced);
    expect(said(test)).toBe(before);
    test.nowMs += 2 * 3_600_000;
    await test.report(2, synced);
    expect(said(test)).toBe(nowOf(test));
  });

  it('is unknown while its clock is not set', async () => {
    const test = new WatchForTests();
    await test.report(1);
    expect(said(test)).toBeUndefined();
  });

  it('waits for what it delivered and the table does not have, for a day', async () => {
    const test = new WatchForTests();
    await test.report(1, synced);
    const before = said(test);
    test.arrive(1, 3);
    await test.minutes(1);
    await test.report(4, synced);
    expect(said(test)).toBe(before);
    await test.minutes(3);
    await test.report(4, synced);
    expect(test.raised).toEqual(['2']);
    expect(said(test)).toBe(before);

    const arrived = new WatchForTests({}, test.sequences);
    arrived.nowMs = test.nowMs;
    arrived.arrive(2);
    await arrived.minutes(1);
    await arrived.report(4, synced);
    expect(said(arrived)).toBe(nowOf(arrived));
  });

  it('does not wait for what is lost for good', async () => {
    const test = new WatchForTests();
    await test.report(1, synced);
    test.arrive(1, 3);
    await test.report(4, synced);
    await test.minutes(3);
    test.nowMs += 86_400_000;
    await test.report(4, synced);
    expect(said(test)).toBe(nowOf(test));
  });

  it('holds also for what a door says that begins to count anew', async () => {
    const test = new WatchForTests();
    test.arrive(1, 2);
    await test.report(3, synced);
    test.nowMs += 60_000;
    await test.report(1, { ...synced, bootId: '018f8c5a-0000-7000-8000-000000000002' });
    expect(said(test)).toBe(nowOf(test));
  });
});
