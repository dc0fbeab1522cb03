import { describe, expect, it } from 'vitest';
import type { Change } from '#contract/correction.ts';
import { at, calendar, correction, monday, schedule, shift, tuesday, withShift } from '../rules-for-tests.ts';
import { decideCorrection, requestCorrection } from './correct.ts';
import { type Actor, CorrectionEntry, readCorrections } from './correction-log.ts';
import { lockedFrom } from './lock.ts';

const ada: Actor = { sub: 'sub-ada', personId: 'ada' };
const hr: Actor = { sub: 'sub-hr', personId: 'hilde' };
const manager: Actor = { sub: 'sub-manager', personId: null };
const add: Change = { action: 'add', at: at('17:00'), direction: 'out' };
const punch = { id: 'p', at: at('09:00'), via: 'in' as const };
const approved = { decision: 'approved' as const, note: '' };
const circumstances = {
  by: ada,
  now: at('12:00', tuesday),
  scheduleOn: (_date: string) => schedule(),
  mayOverrideLock: false,
};

const request = (change: Change, rest: Partial<typeof circumstances> = {}) =>
  requestCorrection({ id: 'c', personId: 'ada', change, reason: 'forgot' }, { ...circumstances, ...rest });

const decide = (
  rest: Partial<typeof circumstances> = {},
  decided: Parameters<typeof decideCorrection>[1] = approved,
) => {
  const [waiting] = readCorrections(correction('c', add, 'waiting'));
  if (waiting === undefined) throw new Error('no request');
  return decideCorrection(waiting, decided, { ...circumstances, by: hr, ...rest });
};

describe('asking for a correction', () => {
  it('makes an entry for the log, with who, when and why', () => {
    const asked = request(add);
    expect(asked).toEqual({
      entry: {
        kind: 'requested',
        id: 'c',
        personId: 'ada',
        change: add,
        reason: 'forgot',
        by: ada,
        at: circumstances.now,
        overrodeLock: false,
      },
    });
    expect('entry' in asked && CorrectionEntry.safeParse(asked.entry).success).toBe(true);
  });

  it.each<[string, Change]>([
    ['a punch to be added', { ...add, at: at('12:01', tuesday) }],
    ['a punch to be moved there', { action: 'retime', punch, to: at('12:01', tuesday) }],
  ])('is refused for the future: %s', (_case, change) => {
    expect(request(change)).toEqual({ refused: { why: 'in_the_future', instant: at('12:01', tuesday) } });
  });

  it('is taken for this very moment', () => {
    expect(request({ ...add, at: circumstances.now })).toHaveProperty('entry');
  });

  it.each<[string, Change]>([
    ['the same time', { action: 'retime', punch, to: punch.at }],
    ['the same direction', { action: 'reclassify', punch, direction: 'in' }],
  ])('is refused when it changes nothing: %s', (_case, change) => {
    expect(request(change)).toEqual({ refused: { why: 'changes_nothing' } });
  });
});

describe('deciding about a correction', () => {
  it('makes an entry for the log', () => {
    expect(decide()).toEqual({
      entry: {
        kind: 'decided',
        id: 'c',
        ...approved,
        by: hr,
        at: circumstances.now,
        overrodeLock: false,
      },
    });
  });

  it.each([
    ['of one’s own day, by another sign-in too', { sub: 'other', personId: 'ada' }, 'own_day'],
    ['of what one asked for oneself', { sub: 'sub-ada', personId: null }, 'own_request'],
  ])('is refused to the person %s', (_case, by, why) => {
    expect(decide({ by })).toEqual({ refused: { why } });
  });

  it('is refused to whoever asked in somebody else’s name, even under another sign-in', () => {
    const asked = request(add, { by: hr });
    const [waiting] = readCorrections('entry' in asked ? [asked.entry] : []);
    if (waiting === undefined) throw new Error('no request');
    const by = (actor: Actor) => decideCorrection(waiting, approved, { ...circumstances, by: actor });
    expect(by({ sub: 'other', personId: 'hilde' })).toEqual({ refused: { why: 'own_request' } });
    expect(by(manager)).toHaveProperty('entry');
  });

  it('is refused a second time', () => {
    const [decided] = readCorrections(correction('c', add));
    if (decided === undefined) throw new Error('no request');
    expect(decideCorrection(decided, approved, { ...circumstances, by: hr })).toMatchObject({
      refused: { why: 'already_decided', decision: { by: { sub: 'sub-hr' } } },
    });
  });
});

describe('a log with two decisions on one correction', () => {
  it('means the first, in whatever order they arrive', () => {
    const approvedFirst = correction('c', add, 'approved', '2026-11-26T10:00:00.000Z');
    const refusedLater = correction('c', add, 'refused', '2026-11-26T10:00:01.000Z');
    const log = [...approvedFirst, ...refusedLater];
    for (const entries of [log, [...log].reverse()]) {
      expect(readCorrections(entries)).toMatchObject([{ id: 'c', state: 'approved' }]);
    }
  });

  it('waits for a request that has not arrived', () => {
    expect(readCorrections(correction('c', add).slice(1))).toEqual([]);
  });
});

describe('a closed period', () => {
  /** November and its five days of grace are over when 6 December begins in Berlin. */
  const closed = '2026-12-05T23:00:00.000Z';
  const justBefore = '2026-12-05T22:59:59.999Z';

  it('closes when its grace is over, on the site’s calendar', () => {
    expect(lockedFrom(monday, schedule())).toBe(closed);
    const weekly = schedule({ calendars: [calendar({ payPeriod: 'week', lockGraceDays: 0 })] });
    expect(lockedFrom(monday, weekly)).toBe('2026-11-29T23:00:00.000Z');
  });

  it('takes no request and no approval any more', () => {
    expect(request(add, { now: justBefore })).toHaveProperty('entry');
    expect(request(add, { now: closed })).toEqual({ refused: { why: 'period_locked', dates: [monday] } });
    expect(decide({ now: closed })).toEqual({ refused: { why: 'period_locked', dates: [monday] } });
  });

  it('is changed by the role that may, and the log says so', () => {
    expect(request(add, { now: closed, mayOverrideLock: true })).toMatchObject({
      entry: { overrodeLock: true },
    });
    expect(decide({ now: closed, mayOverrideLock: true })).toMatchObject({ entry: { overrodeLock: true } });
  });

  it('lets a request that came in time still be refused', () => {
    expect(decide({ now: closed }, { decision: 'refused', note: 'too late' })).toHaveProperty('entry');
  });

  it('is judged by the calendar that held on each date, also where another one holds since', () => {
    const monthly = schedule();
    const weekly = schedule({ calendars: [calendar({ payPeriod: 'week', lockGraceDays: 0 })] });
    const scheduleOn = (date: string) => (date < monday ? monthly : weekly);
    const from = { ...punch, at: at('09:00', '2026-11-20') };
    const intoClosedWeek: Change = { action: 'retime', punch: from, to: at('09:00') };
    expect(request(intoClosedWeek, { now: justBefore, scheduleOn })).toEqual({
      refused: { why: 'period_locked', dates: [monday] },
    });
    expect(request({ action: 'void', punch: from }, { now: justBefore, scheduleOn })).toHaveProperty('entry');
    const nights = { shifts: [shift({ start: '22:00', end: '06:00' })] };
    const lenientFrom = (date: string) =>
      date < '2026-12-01'
        ? schedule(nights)
        : schedule({ ...nights, calendars: [calendar({ lockGraceDays: 40 })] });
    const morning: Change = { action: 'add', at: at('06:00', '2026-12-01'), direction: 'out' };
    expect(request(morning, { now: closed, scheduleOn: lenientFrom })).toEqual({
      refused: { why: 'period_locked', dates: ['2026-11-30'] },
    });
  });

  it('holds for a morning whose night began in it', () => {
    const morning: Change = { action: 'add', at: at('06:00', '2026-12-01'), direction: 'out' };
    const nights = withShift({ start: '22:00', end: '06:00' });
    expect(request(morning, { now: closed, scheduleOn: () => nights })).toEqual({
      refused: { why: 'period_locked', dates: ['2026-11-30'] },
    });
    expect(request(morning, { now: closed })).toHaveProperty('entry');
  });
});
