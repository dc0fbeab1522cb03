import { describe, expect, it } from 'vitest';
import { deriveDay, type PunchFact } from './attendance-day.ts';

const at = (time: string) => `2026-11-23T${time}.000Z`;
const auto = (id: string, time: string): PunchFact => ({ id, at: at(time), via: 'auto' });
const rule = { duplicatePunchMinutes: 2 };
const brief = (facts: readonly PunchFact[], ...rest: [Parameters<typeof deriveDay>[1]?]) =>
  deriveDay(facts, rest[0] ?? rule).punches.map(({ id, direction, suppressedBy }) => [
    id,
    direction,
    suppressedBy,
  ]);

describe('deriving an attendance day', () => {
  it('is empty without punches', () => {
    expect(deriveDay([], rule)).toEqual({
      punches: [],
      state: null,
      since: null,
      firstIn: null,
      lastOut: null,
    });
  });

  it('alternates at automatic doors, beginning with in', () => {
    const day = deriveDay([auto('a', '08:00:00'), auto('b', '12:00:00'), auto('c', '13:00:00')], rule);
    expect(day.punches.map((punch) => punch.direction)).toEqual(['in', 'out', 'in']);
    expect(day).toMatchObject({
      state: 'in',
      since: at('13:00:00'),
      firstIn: at('08:00:00'),
      lastOut: at('12:00:00'),
    });
  });

  it('lets a door with a fixed direction decide, and goes on alternating from there', () => {
    expect(
      brief([{ ...auto('a', '08:00:00'), via: 'out' }, auto('b', '09:00:00'), auto('c', '10:00:00')]),
    ).toEqual([
      ['a', 'out', null],
      ['b', 'in', null],
      ['c', 'out', null],
    ]);
  });

  it('keeps a punch within the duplicate period without counting it', () => {
    const day = deriveDay([auto('a', '08:00:00'), auto('b', '08:01:59')], rule);
    expect(day.punches[1]).toMatchObject({ id: 'b', direction: 'in', suppressedBy: 'a' });
    expect(day).toMatchObject({ state: 'in', since: at('08:00:00') });
  });

  it('counts a punch when the period is exactly over', () => {
    expect(brief([auto('a', '08:00:00'), auto('b', '08:02:00')])[1]).toEqual(['b', 'out', null]);
  });

  it('measures the period from the last punch that counted, so a queue of duplicates does not stretch it', () => {
    expect(brief([auto('a', '08:00:00'), auto('b', '08:01:30'), auto('c', '08:03:00')])).toEqual([
      ['a', 'in', null],
      ['b', 'in', 'a'],
      ['c', 'out', null],
    ]);
  });

  it('suppresses the opposite direction within the period too', () => {
    const facts: PunchFact[] = [auto('a', '08:00:00'), { ...auto('b', '08:01:00'), via: 'out' }];
    expect(deriveDay(facts, rule)).toMatchObject({ state: 'in', lastOut: null });
  });

  it('suppresses across midnight by the last punch of the day before', () => {
    const before = { id: 'z', at: '2026-11-22T23:59:30.000Z', direction: 'out' as const };
    expect(brief([auto('a', '00:00:30'), auto('b', '08:00:00')], { ...rule, before })).toEqual([
      ['a', 'out', 'z'],
      ['b', 'in', null],
    ]);
  });

  it('comes to the same day in whatever order the punches arrive', () => {
    const facts = [
      auto('a', '08:00:00'),
      auto('b', '08:01:00'),
      auto('c', '12:00:00'),
      auto('d', '12:01:00'),
    ];
    const punctual = deriveDay(facts, rule);
    for (const late of [
      [3, 1, 0, 2],
      [2, 3, 1, 0],
      [1, 0, 3, 2],
    ]) {
      expect(
        deriveDay(
          late.flatMap((index) => facts[index] ?? []),
          rule,
        ),
      ).toEqual(punctual);
    }
  });

  it('changes nothing when it derives its own result again', () => {
    const day = deriveDay([auto('a', '08:00:00'), auto('b', '08:01:00'), auto('c', '12:00:00')], rule);
    expect(deriveDay(day.punches, rule)).toEqual(day);
  });

  it('suppresses nothing when the period is off', () => {
    expect(brief([auto('a', '08:00:00'), auto('b', '08:00:00')], { duplicatePunchMinutes: 0 })).toEqual([
      ['a', 'in', null],
      ['b', 'out', null],
    ]);
  });
});
