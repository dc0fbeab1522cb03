import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveDayResult } from '../day/derive-day-result.ts';
import { addDays } from '../local-time.ts';
import {
  afterwards,
  assignment,
  at,
  calendar,
  monday,
  schedule,
  shift,
  tuesday,
  wednesday,
} from '../rules-for-tests.ts';
import type { Schedule } from './day-plan.ts';
import { attendanceDateWithoutShift, datesAffected, factsNeeded, occurrencesAround } from './occurrence.ts';

const night = shift({ id: 'night', start: '22:00', end: '06:00' });
const early = shift({ id: 'early', start: '06:00', end: '14:00' });
const windows = (date: string, rules: Schedule) =>
  occurrencesAround(date, rules)
    .filter((one) => one.date === date)
    .map(({ window }) => [window.from, window.to]);
const alternating = schedule({
  shifts: [night, early],
  assignments: [
    assignment({ shift: 'night', from: monday, to: monday }),
    assignment({ shift: 'early', from: tuesday, to: tuesday }),
  ],
});

describe('the window of a day', () => {
  it('is the shift with its margins, over midnight too', () => {
    expect(windows(monday, schedule())).toEqual([[at('08:00'), at('18:00')]]);
    expect(windows(monday, alternating)).toEqual([[at('21:00'), at('07:00', tuesday)]]);
  });

  it('begins no earlier than the shift before has ended, and overlaps with it where both may be worked in one go', () => {
    expect(windows(tuesday, alternating)).toEqual([[at('06:00', tuesday), at('15:00', tuesday)]]);
  });

  it('ends where the next begins when there is a rest between', () => {
    const rules = schedule({
      shifts: [
        shift({ id: 'late', start: '14:00', end: '22:00', windowAfterMinutes: 480 }),
        shift({ id: 'early', start: '06:00', end: '14:00', windowBeforeMinutes: 120 }),
      ],
      assignments: [
        assignment({ shift: 'late', from: monday, to: monday }),
        assignment({ shift: 'early', from: tuesday, to: tuesday }),
      ],
    });
    expect(windows(monday, rules)).toEqual([[at('13:00'), at('04:00', tuesday)]]);
    expect(windows(tuesday, rules)).toEqual([[at('04:00', tuesday), at('15:00', tuesday)]]);
  });

  it('is the whole day when it is off, from one day change to the next', () => {
    const rules = schedule({ assignments: [], calendars: [calendar({ dayChangesAt: '04:00' })] });
    expect(windows(monday, rules)).toEqual([[at('04:00'), at('04:00', tuesday)]]);
    expect(attendanceDateWithoutShift(at('03:59'), rules)).toBe('2026-11-22');
    expect(attendanceDateWithoutShift(at('04:00'), rules)).toBe(monday);
  });

  it('of a night worker’s day off ends in the morning, where the next day off begins', () => {
    const rules = schedule({ shifts: [night], assignments: [assignment({ shift: 'night' })] });
    expect(windows('2026-11-28', rules)).toEqual([[at('06:00', '2026-11-28'), at('07:00', '2026-11-29')]]);
    expect(windows('2026-11-29', rules)).toEqual([[at('07:00', '2026-11-29'), at('07:00', '2026-11-30')]]);
  });
});

describe('the dates that a punch can change', () => {
  it('are those into whose windows it falls, and those that overlap with them', () => {
    expect(datesAffected([at('12:00')], schedule())).toEqual([monday]);
    expect(datesAffected([at('06:30', tuesday)], alternating)).toEqual([monday, tuesday]);
    expect(datesAffected([at('22:00')], alternating)).toEqual([monday, tuesday]);
  });

  it('are the local date for a punch outside of all windows', () => {
    expect(datesAffected([at('03:00', wednesday)], schedule())).toEqual([wednesday]);
  });
});

describe('any punches under any rotation of shifts', () => {
  const from = '2026-10-22';
  const dates = Array.from({ length: 8 }, (_, n) => addDays(from, n));
  const shifts = [
    shift({ windowBeforeMinutes: 120, windowAfterMinutes: 240 }),
    early,
    { ...night, windowAfterMinutes: 300 },
    shift({ id: 'noon', start: '13:00', end: '21:30' }),
  ];
  /** One shift or none for each date, over the night on which clocks go back. */
  const rotation = fc
    .array(fc.constantFrom('day', 'early', 'night', 'noon', ''), { minLength: 8, maxLength: 8 })
    .map((ids) =>
      schedule({
        shifts,
        calendars: [calendar({ weeklyDaysOff: [] })],
        assignments: dates.flatMap((date, n) =>
          ids[n] === '' ? [] : [assignment({ shift: ids[n] ?? '', from: date, to: date })],
        ),
      }),
    );
  const facts = fc.uniqueArray(
    fc.record({ minute: fc.integer({ min: 0, max: 4 * 1440 }), via: fc.constantFrom('in', 'out', 'auto') }),
    { selector: ({ minute }) => minute, maxLength: 14 },
  );
  const toPunches = (all: readonly { minute: number; via: 'in' | 'out' | 'auto' }[]) =>
    all.map(({ minute, via }) => ({
      id: `p${minute}`,
      at: new Date(Date.parse('2026-10-24T00:00:00Z') + minute * 60_000).toISOString(),
      via,
    }));
  const inputs = (rules: Schedule, punches: ReturnType<typeof toPunches>) => ({
    personId: 'ada',
    schedule: rules,
    punches,
    corrections: [],
    syncedThrough: afterwards,
  });

  it('belong to exactly one date each', async () => {
    await fc.assert(
      fc.property(rotation, facts, (rules, made) => {
        const punches = toPunches(made);
        const seen = dates.flatMap((date) => {
          const { shifts: own, outside } = deriveDayResult(date, inputs(rules, punches)).asRecorded;
          return [...own.flatMap(({ entries }) => entries), ...outside].map(({ id }) => id);
        });
        expect(seen.sort()).toEqual(punches.map(({ id }) => id).sort());
      }),
      { numRuns: 80 },
    );
  });

  it('change no date but those that are named, and a day needs no punch but those that are asked for', async () => {
    await fc.assert(
      fc.property(rotation, facts, fc.nat(), (rules, made, which) => {
        const punches = toPunches(made);
        const one = punches[which % Math.max(1, punches.length)];
        if (one === undefined) return;
        const without = punches.filter((punch) => punch !== one);
        const repeated = punches.filter(
          ({ at }) => Math.abs(Date.parse(at) - Date.parse(one.at)) < 3 * 2 * 60_000,
        );
        const affected = datesAffected(
          repeated.map(({ at }) => at),
          rules,
        );
        for (const date of dates) {
          const whole = deriveDayResult(date, inputs(rules, punches));
          const { from, to } = factsNeeded(date, rules);
          const needed = punches.filter(({ at }) => from <= at && at <= to);
          expect(deriveDayResult(date, inputs(rules, needed))).toEqual(whole);
          if (!affected.includes(date)) {
            expect(deriveDayResult(date, inputs(rules, without))).toEqual(whole);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
});
