import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPunch, datesAround, type KnownDays } from './add-punch.ts';
import { type DayPunch, deriveDay, type PunchFact } from './attendance-day.ts';
import { addDays, type LocalDate, localDate } from './local-time.ts';

const rule = { timeZone: 'Europe/Berlin', duplicatePunchMinutes: 2 };
/** Midnight between the 23rd and the 24th in Berlin. */
const midnightMs = Date.parse('2026-11-23T23:00:00.000Z');
const fact = (id: string, seconds: number, via: PunchFact['via'] = 'auto'): PunchFact => ({
  id,
  at: new Date(midnightMs + seconds * 1000).toISOString(),
  via,
});

/** Adds punches one by one, reading days as they are asked for, as ingest does; returns all days. */
const addAll = (facts: readonly PunchFact[], add = addPunch): ReadonlyMap<LocalDate, readonly DayPunch[]> => {
  const stored = new Map<LocalDate, readonly DayPunch[]>();
  for (const punch of facts) {
    const known = new Map(datesAround(punch.at, rule).map((date) => [date, stored.get(date) ?? []]));
    for (;;) {
      const added = add(punch, known, rule);
      if (added.kind === 'unread') {
        known.set(added.date, stored.get(added.date) ?? []);
        continue;
      }
      for (const { date, day } of added.days) stored.set(date, day.punches);
      break;
    }
  }
  return new Map([...stored].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** The same days derived at once, in order: what every order of arrival must come to. */
const deriveAll = (facts: readonly PunchFact[]): ReadonlyMap<LocalDate, readonly DayPunch[]> => {
  const dates = [...new Set(facts.map(({ at }) => localDate(at, rule.timeZone)))].sort();
  const days = new Map<LocalDate, readonly DayPunch[]>();
  for (const date of dates) {
    const own = facts.filter(({ at }) => localDate(at, rule.timeZone) === date);
    const before = days.get(addDays(date, -1))?.findLast(({ suppressedBy }) => suppressedBy === null);
    days.set(date, deriveDay(own, { duplicatePunchMinutes: 2, before }).punches);
  }
  return days;
};

describe('adding a punch', () => {
  it('suppresses across midnight', () => {
    const days = addAll([fact('a', -30), fact('b', 30)]);
    expect(days.get('2026-11-24')).toMatchObject([{ id: 'b', suppressedBy: 'a', direction: 'in' }]);
  });

  it('suppresses the first punch of the next day when the last of the day arrives late', () => {
    const days = addAll([fact('b', 30), fact('a', -30)]);
    expect(days.get('2026-11-24')).toMatchObject([{ id: 'b', suppressedBy: 'a', direction: 'in' }]);
  });

  it('keeps a punch suppressed across midnight when another one comes later that day', () => {
    const days = addAll([fact('a', -30), fact('b', 30), fact('c', 30_000)]);
    expect(days.get('2026-11-24')).toMatchObject([
      { suppressedBy: 'a' },
      { id: 'c', suppressedBy: null, direction: 'in' },
    ]);
  });

  it('turns the whole next day round when its first punch no longer counts', () => {
    const days = addAll([fact('b', 30), fact('c', 30_000), fact('a', -30)]);
    expect(days.get('2026-11-24')).toMatchObject([
      { id: 'b', suppressedBy: 'a' },
      { id: 'c', direction: 'in' },
    ]);
  });

  it('says which days it rests on without changing them', () => {
    const near = addPunch(
      fact('a', -30),
      new Map([
        ['2026-11-23', []],
        ['2026-11-24', []],
      ]),
      rule,
    );
    expect(near).toMatchObject({ reliedOn: ['2026-11-24'], days: [{ date: '2026-11-23' }] });
    const far = addPunch(fact('a', -30_000), new Map([['2026-11-23', []]]), rule);
    expect(far).toMatchObject({ reliedOn: [] });
  });

  it('asks for a day that it has not been given', () => {
    expect(addPunch(fact('a', -30), new Map(), rule)).toEqual({ kind: 'unread', date: '2026-11-23' });
    expect(addPunch(fact('a', -30), new Map([['2026-11-23', []]]), rule)).toEqual({
      kind: 'unread',
      date: '2026-11-24',
    });
  });
});

describe('any punches in any order of arrival', () => {
  /** Around three midnights, where one day reaches into the next, and at noon. */
  const seconds = fc.tuple(fc.constantFrom(-86_400, 0, 86_400, 43_200), fc.integer({ min: -180, max: 180 }));
  const facts = fc
    .uniqueArray(
      seconds.map(([day, near]) => day + near),
      { minLength: 1, maxLength: 12 },
    )
    .chain((times) =>
      fc.tuple(
        fc.constant(times),
        fc.array(fc.constantFrom<PunchFact['via']>('auto', 'in', 'out'), {
          minLength: times.length,
          maxLength: times.length,
        }),
      ),
    )
    .map(([times, vias]) => times.map((time, n) => fact(`p${n}`, time, vias[n])));
  const comesToTheSame = (add: typeof addPunch) =>
    fc.property(facts, (arrived) => {
      expect([...addAll(arrived, add)]).toEqual([...deriveAll(arrived)]);
    });

  it('come to the days that they come to in order', async () => {
    await fc.assert(comesToTheSame(addPunch), { numRuns: 150 });
  });

  it('would be seen to differ, if the next day were not derived again', () => {
    const ownDayOnly: typeof addPunch = (punch, known: KnownDays, ...rest) => {
      const added = addPunch(punch, known, ...rest);
      return added.kind === 'unread' ? added : { ...added, days: added.days.slice(0, 1) };
    };
    expect(fc.check(comesToTheSame(ownDayOnly), { numRuns: 300, endOnFailure: true }).failed).toBe(true);
  });
});
