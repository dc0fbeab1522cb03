import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import { DayResult } from '#contract/day.ts';
import type { PunchFact } from '../attendance-day.ts';
import type { CorrectionEntry } from '../corrections/correction-log.ts';
import {
  afterwards,
  assignment,
  at,
  calendar,
  correction,
  monday,
  schedule,
  shift,
  tuesday,
} from '../rules-for-tests.ts';
import { type DayInputs, deriveDayResult } from './derive-day-result.ts';

/** A night, with the early shift following it at once, and a day after: windows overlap, so everything can go wrong. */
const rules = schedule({
  calendars: [calendar({ weeklyDaysOff: [] })],
  shifts: [
    shift({ id: 'night', start: '22:00', end: '06:00', automaticCheckOut: 'shift_end' }),
    shift({ id: 'early', start: '06:00', end: '14:00', counting: 'every_pair', halfDayBelowMinutes: 300 }),
  ],
  assignments: [
    assignment({ shift: 'night', from: monday, to: monday }),
    assignment({ shift: 'early', from: tuesday, to: tuesday }),
  ],
});
const dates = [monday, tuesday];

/** Around the four ends of the shifts, close enough together for repetitions. */
const instant = fc
  .tuple(
    fc.constantFrom(at('22:00'), at('06:00', tuesday), at('14:00', tuesday)),
    fc.integer({ min: -90, max: 90 }),
  )
  .map(([near, minutes]) => new Date(Date.parse(near) + minutes * 30_000).toISOString());
const via = fc.constantFrom<PunchFact['via']>('auto', 'auto', 'in', 'out');
const facts = fc
  .array(fc.record({ at: instant, via }), { minLength: 1, maxLength: 8 })
  .map((all): PunchFact[] => all.map((one, n) => ({ id: `p${n}`, ...one })));

const log = (punches: readonly PunchFact[]) =>
  fc
    .array(
      fc.record({
        punch: fc.constantFrom(...punches),
        to: instant,
        direction: fc.constantFrom<'in' | 'out'>('in', 'out'),
        action: fc.constantFrom<Change['action']>('add', 'void', 'retime', 'reclassify'),
        decision: fc.constantFrom<'approved' | 'refused' | 'waiting'>(
          'approved',
          'approved',
          'refused',
          'waiting',
        ),
        decidedMinute: fc.integer({ min: 10, max: 12 }),
      }),
      { maxLength: 4 },
    )
    .map((all): CorrectionEntry[] =>
      all.flatMap(({ punch, to, direction, action, decision, decidedMinute }, n) => {
        const changes: Record<Change['action'], Change> = {
          add: { action: 'add', at: to, direction },
          void: { action: 'void', punch },
          retime: { action: 'retime', punch, to },
          reclassify: { action: 'reclassify', punch, direction },
        };
        return correction(`c${n}`, changes[action], decision, `2026-11-26T10:${decidedMinute}:00.000Z`);
      }),
    );

/** The same things in any order, some of them twice. */
const anyArrival = <T>(things: readonly T[]): fc.Arbitrary<T[]> =>
  fc.tuple(fc.subarray([...things]), fc.constant(things)).chain(([again, all]) => {
    const list = [...all, ...again];
    return fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length });
  });

const arrivals = facts.chain((punches) =>
  log(punches).chain((corrections) =>
    fc.record({
      punches: fc.constant(punches),
      corrections: fc.constant(corrections),
      arrivedPunches: anyArrival(punches),
      arrivedCorrections: anyArrival(corrections),
      syncedThrough: fc.constantFrom(null, at('23:00'), afterwards),
    }),
  ),
);

const inputs = (rest: Pick<DayInputs, 'punches' | 'corrections' | 'syncedThrough'>): DayInputs => ({
  personId: 'ada',
  schedule: rules,
  ...rest,
});

const converges = (derive: typeof deriveDayResult) =>
  fc.property(arrivals, ({ punches, corrections, arrivedPunches, arrivedCorrections, syncedThrough }) => {
    for (const date of dates) {
      const punctual = derive(date, inputs({ punches, corrections, syncedThrough }));
      const late = derive(
        date,
        inputs({ punches: arrivedPunches, corrections: arrivedCorrections, syncedThrough }),
      );
      expect(late).toEqual(punctual);
    }
  });

const isCaught = (broken: typeof deriveDayResult): boolean =>
  fc.check(converges(broken), { numRuns: 300, endOnFailure: true }).failed;

describe('punches and corrections in any order, late, and more than once', () => {
  it('come to the same day', async () => {
    await fc.assert(converges(deriveDayResult), { numRuns: 300 });
  });

  it('come to a day that its schema accepts', async () => {
    await fc.assert(
      fc.property(arrivals, ({ arrivedPunches, arrivedCorrections, syncedThrough }) => {
        for (const date of dates) {
          const rest = { punches: arrivedPunches, corrections: arrivedCorrections, syncedThrough };
          const result = deriveDayResult(date, inputs(rest));
          expect(DayResult.parse(result)).toEqual(result);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keep every decision: what a human added is there, what they voided is not', async () => {
    await fc.assert(
      fc.property(arrivals, ({ arrivedPunches, arrivedCorrections, syncedThrough }) => {
        const rest = { punches: arrivedPunches, corrections: arrivedCorrections, syncedThrough };
        const shown = dates.flatMap((date) => {
          const { shifts, outside } = deriveDayResult(date, inputs(rest)).asCorrected;
          return [...shifts.flatMap(({ entries }) => entries), ...outside];
        });
        const counting = shown.filter(({ suppressedBy }) => suppressedBy === null).map(({ id }) => id);
        const isApproved = (id: string) =>
          arrivedCorrections.some(
            (one) => one.kind === 'decided' && one.id === id && one.decision === 'approved',
          );
        for (const entry of arrivedCorrections) {
          if (entry.kind !== 'requested' || !isApproved(entry.id)) continue;
          if (entry.change.action === 'add') expect(counting).toContain(entry.id);
        }
        const touching = (id: string) =>
          arrivedCorrections.filter(
            (one) =>
              one.kind === 'requested' &&
              isApproved(one.id) &&
              one.change.action !== 'add' &&
              one.change.punch.id === id,
          );
        for (const { id } of arrivedPunches) {
          const actions = touching(id).map((one) => (one.kind === 'requested' ? one.change.action : ''));
          if (actions.length > 0 && actions.every((action) => action === 'void')) {
            expect(shown.map((entry) => entry.id)).not.toContain(id);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it('would be seen to differ, if doors without a direction alternated in the order of arrival', () => {
    expect(
      isCaught((date, given) =>
        deriveDayResult(date, {
          ...given,
          punches: given.punches.map((punch, n) => ({
            ...punch,
            via: punch.via === 'auto' ? (n % 2 === 0 ? 'in' : 'out') : punch.via,
          })),
        }),
      ),
    ).toBe(true);
  });

  it('would be seen to differ, if the decision that arrives last held', () => {
    expect(
      isCaught((date, given) =>
        deriveDayResult(date, {
          ...given,
          corrections: given.corrections.map((entry, n) => ({
            ...entry,
            at: new Date(Date.parse('2026-11-26T10:00:00Z') + n * 1000).toISOString(),
          })),
        }),
      ),
    ).toBe(true);
  });

  it('would be seen to differ, if what arrived twice counted twice', () => {
    expect(
      isCaught((date, given) =>
        deriveDayResult(date, {
          ...given,
          punches: given.punches.map((punch, n) => ({ ...punch, id: `${punch.id}-${n}` })),
        }),
      ),
    ).toBe(true);
  });
});
