import type { z } from 'zod';
import type { DayFigures } from '#contract/day.ts';
import type { PunchFact } from './attendance-day.ts';
import type { CorrectionEntry } from './corrections/correction-log.ts';
import { type DayInputs, deriveDayResult } from './day/derive-day-result.ts';
import type { LocalDate } from './local-time.ts';
import { Assignment, Leave } from './schedule/assignment.ts';
import type { Schedule } from './schedule/day-plan.ts';
import { Shift } from './schedule/shift.ts';
import { SiteCalendar } from './schedule/site-calendar.ts';
import { instantOf } from './schedule/wall-time.ts';

/** A Monday in winter, when Berlin is an hour ahead of UTC. */
export const monday = '2026-11-23';
export const tuesday = '2026-11-24';
export const wednesday = '2026-11-25';
const timeZone = 'Europe/Berlin';
/** After everything in these tests. */
export const afterwards = '2027-06-01T00:00:00.000Z';

type Part<T extends z.ZodType> = Partial<z.input<T>>;

export const shift = (rest: Part<typeof Shift> = {}): Shift =>
  Shift.parse({ id: 'day', name: 'Day', start: '09:00', end: '17:00', ...rest });

export const calendar = (rest: Part<typeof SiteCalendar> = {}): SiteCalendar =>
  SiteCalendar.parse({ site: 'main', timeZone, duplicatePunchMinutes: 2, ...rest });

export const assignment = (rest: Part<typeof Assignment> = {}): Assignment =>
  Assignment.parse({
    id: `assignment-${rest.shift ?? 'day'}-${rest.from ?? ''}`,
    personId: 'ada',
    shift: 'day',
    site: 'main',
    from: '2026-01-01',
    to: null,
    ...rest,
  });

export const leave = (rest: Part<typeof Leave> = {}): Leave =>
  Leave.parse({ id: 'leave', personId: 'ada', from: monday, to: monday, kind: 'annual', ...rest });

/** One person who works one shift from Monday to Friday, unless told otherwise. */
export const schedule = (rest: Partial<Schedule> = {}): Schedule => ({
  homeSite: 'main',
  calendars: [calendar()],
  holidayLists: [],
  shifts: [shift()],
  assignments: [assignment()],
  leaves: [],
  ...rest,
});

/** A schedule with one shift that differs from the ordinary one. */
export const withShift = (rest: Part<typeof Shift>): Schedule => schedule({ shifts: [shift(rest)] });

/** An instant by Berlin's clocks. */
export const at = (time: string, date: LocalDate = monday): string =>
  instantOf(date, time, timeZone, 'start');

/**
 * Punches from words such as `in 09:00` or `auto 06:05 +1`, the last a number of days after Monday (or -1). A punch's id is its words.
 */
export const punches = (...words: readonly string[]): PunchFact[] =>
  words.map((id) => {
    const [via = '', time = '', days = '0'] = id.split(' ');
    if (via !== 'in' && via !== 'out' && via !== 'auto') throw new Error(`${id} has no direction`);
    return { id, at: at(time, dateAfter(Number(days))), via };
  });

const dateAfter = (days: number): LocalDate =>
  new Date(Date.parse(`${monday}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** A day derived when all is over, unless told otherwise. */
export const derive = (
  words: readonly string[],
  rules: Schedule = schedule(),
  rest: Partial<DayInputs> & { readonly date?: LocalDate } = {},
) =>
  deriveDayResult(rest.date ?? monday, {
    personId: 'ada',
    schedule: rules,
    punches: punches(...words),
    corrections: [],
    syncedThrough: afterwards,
    ...rest,
  });

export const corrected = (...args: Parameters<typeof derive>): DayFigures => derive(...args).asCorrected;

/** The punches of a day in words: id, direction, and what is odd about them. */
export const told = (figures: DayFigures): string[] =>
  [...figures.shifts.flatMap(({ entries }) => entries), ...figures.outside].map(
    ({ id, direction, mark, suppressedBy }) =>
      [
        id,
        '→',
        direction,
        ...(mark === null ? [] : [mark]),
        ...(suppressedBy === null ? [] : ['repeats']),
      ].join(' '),
  );

const hr = { sub: 'sub-hr', personId: null };
const ada = { sub: 'sub-ada', personId: 'ada' };

type Request = Extract<CorrectionEntry, { kind: 'requested' }>;

/** A request and, unless it still waits, its decision by HR. */
export const correction = (
  id: string,
  change: Request['change'],
  decision: 'approved' | 'refused' | 'waiting' = 'approved',
  decidedAt = '2026-11-26T10:00:00.000Z',
): CorrectionEntry[] => {
  const request: CorrectionEntry = {
    kind: 'requested',
    id,
    personId: 'ada',
    change,
    reason: 'forgot',
    by: ada,
    at: '2026-11-26T09:00:00.000Z',
    overrodeLock: false,
  };
  return decision === 'waiting'
    ? [request]
    : [request, { kind: 'decided', id, decision, note: '', by: hr, at: decidedAt, overrodeLock: false }];
};
