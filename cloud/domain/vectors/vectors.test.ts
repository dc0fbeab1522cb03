import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DayStatus } from '#contract/day.ts';
import { Instant } from '#contract/names.ts';
import { DoorDirection } from '#contract/outcome.ts';
import { deriveDayResult } from '../day/derive-day-result.ts';
import { dayBounds, localDate, localTime, utcOffset } from '../local-time.ts';
import { Assignment } from '../schedule/assignment.ts';
import { shiftOn } from '../schedule/occurrence.ts';
import { lengthMinutes, Shift } from '../schedule/shift.ts';
import { SiteCalendar } from '../schedule/site-calendar.ts';
import { instantOf, WallTime } from '../schedule/wall-time.ts';

const why = z.string().min(10);
const date = z.iso.date();
const Shown = z.strictObject({ at: Instant, local: z.string(), offset: z.string() });
const hours = {
  start: WallTime,
  end: WallTime,
  windowBeforeMinutes: z.int().optional(),
  windowAfterMinutes: z.int().optional(),
};

/** The shape of a vector file; strict, so that no expectation is misspelt and thereby never looked at. */
const VectorFile = z.strictObject({
  about: z.string(),
  timeZone: z.string().nullable(),
  sources: z.array(z.string().min(10)).min(1),
  days: z.array(z.strictObject({ date, start: Instant, end: Instant, minutes: z.int(), why })),
  wallTimes: z.array(
    z.strictObject({
      date,
      time: WallTime,
      role: z.enum(['start', 'end']),
      instant: Instant,
      shown: z.string(),
      offset: z.string(),
      why,
    }),
  ),
  shifts: z.array(
    z.strictObject({
      date,
      ...hours,
      expect: z.strictObject({
        start: Instant,
        end: Instant,
        windowFrom: Instant,
        windowTo: Instant,
        nominalMinutes: z.int(),
        elapsedMinutes: z.int(),
      }),
      why,
    }),
  ),
  attendance: z.array(
    z.strictObject({
      name: z.string(),
      why,
      calendars: z.array(z.strictObject({ site: z.string(), timeZone: z.string() })).min(1),
      shifts: z.array(
        z.strictObject({
          id: z.string(),
          ...hours,
          halfDayBelowMinutes: z.int().optional(),
          breaks: z
            .array(z.strictObject({ start: WallTime, minutes: z.int(), paid: z.boolean() }))
            .optional(),
        }),
      ),
      assignments: z.array(
        z.strictObject({ shift: z.string(), site: z.string(), from: date, to: date.nullable() }),
      ),
      punches: z.array(z.strictObject({ id: z.string(), at: Instant, via: DoorDirection })),
      browser: z.strictObject({ timeZone: z.string(), punch: z.string(), shown: z.string() }).optional(),
      days: z.record(
        date,
        z.strictObject({
          status: DayStatus,
          minutes: z.strictObject({
            worked: z.int(),
            expected: z.int(),
            late: z.int(),
            early: z.int(),
            overtime: z.int(),
            break: z.int(),
          }),
          firstIn: Shown,
          lastOut: Shown,
        }),
      ),
    }),
  ),
});
type VectorFile = z.infer<typeof VectorFile>;

const folder = new URL('.', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, file: VectorFile.parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8'))) }));

const calendarOf = (site: string, timeZone: string): SiteCalendar =>
  SiteCalendar.parse({ site, timeZone, duplicatePunchMinutes: 2, weeklyDaysOff: [] });

const derive = (vector: VectorFile['attendance'][number], date: string) =>
  deriveDayResult(date, {
    personId: 'p',
    schedule: {
      homeSite: vector.calendars[0]?.site ?? '',
      calendars: vector.calendars.map(({ site, timeZone }) => calendarOf(site, timeZone)),
      holidayLists: [],
      shifts: vector.shifts.map((one) => Shift.parse({ name: one.id, ...one })),
      assignments: vector.assignments.map((one, n) =>
        Assignment.parse({ id: `a${n}`, personId: 'p', ...one }),
      ),
      leaves: [],
    },
    punches: vector.punches,
    corrections: [],
    syncedThrough: '2027-01-01T00:00:00.000Z',
  }).asCorrected;

it('covers every zone and change that was promised', () => {
  expect(files.map(({ name }) => name)).toEqual([
    'america-new-york.json',
    'america-sao-paulo.json',
    'asia-kolkata.json',
    'australia-lord-howe.json',
    'europe-berlin-2026-03-29.json',
    'europe-berlin-2026-10-25.json',
    'several-zones.json',
  ]);
});

describe.each(['UTC', 'Pacific/Kiritimati', 'America/Los_Angeles'])('on a machine in %s', (machineZone) => {
  const { TZ } = process.env;
  beforeEach(() => {
    process.env.TZ = machineZone;
    expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(machineZone);
  });
  afterEach(() => {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  describe.each(files)('$name', ({ file }) => {
    const zone = file.timeZone ?? 'UTC';

    it.each(file.days)('bounds $date', ({ date, start, end, minutes }) => {
      expect(dayBounds(date, zone)).toEqual({ start, end });
      expect((Date.parse(end) - Date.parse(start)) / 60_000).toBe(minutes);
    });

    it.each(file.wallTimes)(
      'finds $date $time as a $role',
      ({ date, time, role, instant, shown, offset }) => {
        expect(instantOf(date, time, zone, role)).toBe(instant);
        expect(localTime(instant, zone)).toBe(shown);
        expect(utcOffset(instant, zone)).toBe(offset);
      },
    );

    it.each(file.shifts)(
      'resolves $start to $end on $date',
      ({ date, expect: expected, why: _, ...rest }) => {
        const shift = Shift.parse({ id: 'shift', name: 'shift', ...rest });
        const { work, window } = shiftOn(date, { shift, calendar: calendarOf('site', zone) });
        expect({
          start: work?.start,
          end: work?.end,
          windowFrom: window.from,
          windowTo: window.to,
          nominalMinutes: lengthMinutes(shift),
          elapsedMinutes: lengthMinutes(shift) + (work?.clockChangeMinutes ?? 0),
        }).toEqual(expected);
        expect((Date.parse(expected.end) - Date.parse(expected.start)) / 60_000).toBe(
          expected.elapsedMinutes,
        );
      },
    );

    it.each(file.attendance)('derives $name', (vector) => {
      for (const [date, expected] of Object.entries(vector.days)) {
        const { status, minutes, firstIn, lastOut, shifts } = derive(vector, date);
        const timeZone = shifts[0]?.timeZone ?? '';
        const shown = (at: string | null) =>
          at === null ? null : { at, local: localTime(at, timeZone), offset: utcOffset(at, timeZone) };
        expect({ status, minutes, firstIn: shown(firstIn), lastOut: shown(lastOut) }).toEqual(expected);
      }
      const { browser, punches } = vector;
      if (browser === undefined) return;
      const at = punches.find(({ id }) => id === browser.punch)?.at ?? '';
      expect(localTime(at, browser.timeZone)).toBe(browser.shown);
      expect(Object.keys(vector.days)).not.toContain(localDate(at, browser.timeZone));
    });

    it.each(file.attendance)('gives every punch of $name to one day', (vector) => {
      const counted = Object.keys(vector.days).flatMap((date) =>
        derive(vector, date).shifts.flatMap(({ entries }) => entries.map(({ id }) => id)),
      );
      expect(counted.sort()).toEqual(vector.punches.map(({ id }) => id).sort());
    });
  });
});
