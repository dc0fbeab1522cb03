import { describe, expect, it } from 'vitest';
import { reportAt, thing, WatchForTests } from './watch-for-tests.ts';

const otherBoot = '018f8c5a-0000-7000-8000-000000000002';
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

describe('what is delivered but missing', () => {
  it('is raised once, by door and range, within five minutes of its loss', async () => {
    const door = new WatchForTests();
    door.arrive(...upTo(9));
    await door.report(10);
    await door.minutes(1);
    const lostMs = door.nowMs + 1;
    // 10 to 14 are acknowledged and lost; the door reports a minute later at the latest.
    door.arrive(15, 16);
    door.nowMs = lostMs + 59_999;
    await door.report(17);
    await door.minutes(10);
    expect(door.announced).toMatchObject([{ thing, missing: [{ from: 10, to: 14 }] }]);
    expect(door.raised).toEqual(['10-14']);
    expect(door.metrics.values).toEqual([{ metric: 'Gaps', value: 5 }]);
    const [told] = door.announced;
    expect((told?.atMs ?? 0) - lostMs).toBeLessThan(5 * 60_000);
  });

  it('is raised although the door is never heard of again', async () => {
    const door = new WatchForTests();
    door.arrive(1, 3);
    await door.report(4);
    await door.minutes(3);
    expect(door.raised).toEqual(['2']);
  });

  it('is raised when it is the very first that a door delivered', async () => {
    const door = new WatchForTests();
    door.arrive(6, 7);
    await door.report(8);
    await door.minutes(3);
    expect(door.raised).toEqual(['1-5']);
  });

  it('is raised as one range, however far the numbers jump', async () => {
    const door = new WatchForTests();
    door.arrive(...upTo(9));
    await door.report(10);
    door.nowMs += 60_000;
    await door.report(9_000_000_000);
    await door.minutes(3);
    expect(door.raised).toEqual(['10-8999999999']);
    expect(door.metrics.sum('Gaps')).toBe(8_999_999_990);
  });

  it('is told in ranges that are cut off, not in an item that grows without bound', async () => {
    const door = new WatchForTests();
    await door.report(1);
    door.arrive(...upTo(3_000).filter((seq) => seq % 2 === 0));
    door.nowMs += 60_000;
    await door.report(3_001);
    await door.minutes(3);
    const [{ missing = [] } = {}] = door.announced;
    expect(missing).toHaveLength(500);
    expect(missing.at(-1)).toEqual({ from: 999, to: 2_999 });
  });

  it('is closed when it arrives after all, part by part, without another word', async () => {
    const door = new WatchForTests();
    door.arrive(1, 5);
    await door.report(6);
    await door.minutes(3);
    door.arrive(3);
    await door.minutes(1);
    expect([...door.sequences.gaps.values()]).toMatchObject([
      {
        raised: [{ from: 2, to: 4 }],
        missing: [
          { from: 2, to: 2 },
          { from: 4, to: 4 },
        ],
      },
    ]);
    expect(door.closed).toEqual([]);
    door.arrive(2, 4);
    await door.minutes(2);
    expect(door.closed).toEqual(['2-4']);
    expect(door.announced).toHaveLength(1);
    await expect(door.sequences.openGaps('')).resolves.toEqual([]);
  });

  it('is looked for no longer than anything can wait in a queue', async () => {
    const door = new WatchForTests();
    door.arrive(1, 3);
    await door.report(4);
    await door.minutes(3);
    door.nowMs += 20 * 86_400_000;
    await door.minutes(1);
    expect(door.logged.at(-1)).toEqual({ event: 'gaps.checked', open: 0, failed: 0 });
  });
});

describe('no gap is raised', () => {
  it('while deliveries are on their way for less than two minutes', async () => {
    const door = new WatchForTests();
    await door.report(6);
    await door.minutes(1);
    door.nowMs += 59_999;
    await door.check();
    door.arrive(...upTo(5));
    await door.minutes(3);
    expect(door.raised).toEqual([]);
    expect(door.sequences.gaps.size).toBe(0);
  });

  it('for a report that itself came late', async () => {
    const door = new WatchForTests();
    const reportedMs = door.nowMs;
    door.nowMs += 30 * 60_000;
    await door.watch(reportAt(reportedMs, 6));
    await door.minutes(1);
    door.arrive(...upTo(5));
    await door.minutes(3);
    expect(door.raised).toEqual([]);
  });

  it('for what waits in the outbox while newer passages go first', async () => {
    const door = new WatchForTests();
    door.arrive(1, 2, 50, 51, 52);
    await door.report(3, { waiting: 47 });
    await door.minutes(10);
    expect(door.raised).toEqual([]);
  });

  it('for a door that is offline, or has nothing to say', async () => {
    const door = new WatchForTests();
    door.arrive(1, 2);
    await door.report(3);
    await door.minutes(60);
    door.nowMs += 1;
    await door.report(3);
    await door.minutes(3);
    expect(door.raised).toEqual([]);
  });

  it('for a door whose first report begins with a large number', async () => {
    const door = new WatchForTests();
    door.arrive(...upTo(50_009, 50_000));
    await door.report(50_010);
    const silent = new WatchForTests();
    await silent.report(50_000);
    for (const each of [door, silent]) {
      await each.minutes(3);
      expect(each.raised).toEqual([]);
    }
    door.arrive(50_011);
    await door.report(50_012);
    await door.minutes(3);
    expect(door.raised).toEqual(['50010']);
  });
});

describe('a door that counts anew', () => {
  const imaged = async () => {
    const door = new WatchForTests();
    door.arrive(...upTo(30));
    await door.report(31);
    door.nowMs += 3_600_000;
    return door;
  };

  it('is looked at from where it began, whatever it delivered under the same numbers before', async () => {
    const door = await imaged();
    await door.report(1, { bootId: otherBoot, monotonicMs: 10 });
    door.nowMs += 60_000;
    door.arrive(1, 2, 5);
    await door.report(6, { bootId: otherBoot, monotonicMs: 60_010 });
    await door.minutes(5);
    expect(door.raised).toEqual(['3-4']);
    expect(door.logged).toContainEqual({
      event: 'sequence.restarted',
      thing,
      before: 31,
      undelivered: 1,
    });
  });

  it('still has what it lost before', async () => {
    const door = new WatchForTests();
    door.arrive(1, 3);
    await door.report(4);
    door.nowMs += 60_000;
    await door.report(1, { bootId: otherBoot, monotonicMs: 10 });
    await door.minutes(3);
    expect(door.raised).toEqual(['2']);
  });

  it('is not mistaken for one whose older report came late, in the same boot or from the one before', async () => {
    const door = new WatchForTests();
    door.arrive(...upTo(30));
    const early = reportAt(door.nowMs, 3);
    const later = reportAt(door.nowMs + 60_000, 20);
    door.nowMs += 120_000;
    await door.report(25, { bootId: otherBoot, monotonicMs: 10 });
    const before = new Map(door.sequences.sequences);
    for (const late of [early, later, early]) await door.watch(late);
    expect(door.sequences.sequences).toEqual(before);

    const sameBoot = { bootId: otherBoot, monotonicMs: 5 };
    await door.watch({ ...reportAt(door.nowMs + 1, 7, sameBoot) });
    expect(door.sequences.sequences).toEqual(before);
  });
});

describe('telling people', () => {
  it('is tried again by a later check, and only until it succeeded', async () => {
    let fails = true;
    const tries: unknown[] = [];
    const door = new WatchForTests({
      announce: async (gap) => {
        tries.push(gap);
        if (fails) throw Object.assign(new Error('no'), { name: 'AuthorizationErrorException' });
      },
    });
    door.arrive(1, 3);
    await door.report(4);
    await door.minutes(1);
    door.nowMs += 60_000;
    await expect(door.check()).rejects.toMatchObject({ name: 'OperatorError' });
    expect(door.logged.at(-2)).toEqual({
      event: 'gap.unannounced',
      thing,
      code: 'aws_refused',
      cause: 'AuthorizationErrorException',
    });
    // Lambda tries the same event again, at any time.
    await door.check();
    expect(tries).toHaveLength(1);
    fails = false;
    await door.minutes(5);
    expect(tries).toHaveLength(2);
    expect(door.raised).toEqual(['2']);
    expect(door.metrics.sum('Gaps')).toBe(1);
  });

  it('does not keep other doors waiting when it fails for one', async () => {
    const told: string[] = [];
    const door = new WatchForTests({
      announce: async ({ thing: about }) => {
        if (about === thing) throw new Error('no');
        told.push(about);
      },
    });
    await door.watch(reportAt(door.nowMs, 2));
    await door.watch({ ...reportAt(door.nowMs, 2), thingName: 'rollcall-dev-demo-2' });
    door.nowMs += 120_000;
    await expect(door.check()).rejects.toThrow();
    expect(told).toEqual(['rollcall-dev-demo-2']);
  });
});

describe('an event', () => {
  it('of a door whose clock is set tells the clock of its boot', async () => {
    const door = new WatchForTests();
    const { nowMs } = door;
    await door.report(1);
    expect(door.learned).toEqual([]);
    await door.report(1, { clock: 'synced', monotonicMs: 7_000 });
    const at = new Date(nowMs).toISOString();
    const { bootId } = reportAt(0, 0).report;
    expect(door.learned).toEqual([
      [thing, bootId, { clock: 'synced', capturedAt: at, monotonicMs: 7_000 }, at],
    ]);
  });

  it('with a report that is none is rejected by the names of its fields, and not tried again', async () => {
    const door = new WatchForTests();
    const { report, ...envelope } = reportAt(door.nowMs, 7);
    await door.watch({ ...envelope, report: { ...report, undelivered: -1, clock: 'sundial' } });
    expect(door.logged).toEqual([{ event: 'report.rejected', thing, reason: 'undelivered, clock' }]);
    expect(door.sequences.sequences.size).toBe(0);
  });

  it('that is neither a report nor a check fails, so that a wrong template is noticed', async () => {
    const { watch } = new WatchForTests();
    await expect(watch({ kind: 'tidy-up' })).rejects.toThrow();
    await expect(watch({ kind: 'check-gaps', at: '<aws.scheduler.scheduled-time>' })).rejects.toThrow();
  });
});
