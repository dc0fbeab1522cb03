import type { DayItem } from '#contract/attendance.ts';
import type { CorrectionItem } from '#contract/correction.ts';
import type { DayEntry, DayFigures, DayStatus, Minutes, Reason } from '#contract/day.ts';

const timeZone = 'Europe/Berlin';
const ada = { id: 'p-7f3a', name: 'Ada Example' };

/** An instant of a date by Berlin's winter clock. */
export const berlin = (date: string, time: string): string =>
  new Date(`${date}T${time}:00+01:00`).toISOString();

export const noMinutes: Minutes = { worked: 0, expected: 0, late: 0, early: 0, overtime: 0, break: 0 };

export const entry = (at: string, change: Partial<DayEntry> = {}): DayEntry => ({
  id: `punch-${at}`,
  at,
  via: 'in',
  direction: 'in',
  origin: 'recorded',
  suppressedBy: null,
  mark: null,
  ...change,
});

/** The figures of a day of the early shift, 09:00 to 17:00. */
export const figuresOf = (
  date: string,
  {
    status,
    reasons,
    entries = [],
    minutes = {},
    settled = true,
  }: {
    readonly status: DayStatus | null;
    readonly reasons: Reason[];
    readonly entries?: DayEntry[];
    readonly minutes?: Partial<Minutes>;
    readonly settled?: boolean;
  },
): DayFigures => {
  const all = { ...noMinutes, expected: 480, ...minutes };
  const edges = {
    firstIn: entries.find(({ direction }) => direction === 'in')?.at ?? null,
    lastOut: entries.findLast(({ direction }) => direction === 'out')?.at ?? null,
  };
  const [start, end] = [berlin(date, '09:00'), berlin(date, '17:00')];
  return {
    status,
    reasons,
    settled,
    minutes: all,
    ...edges,
    presence: null,
    outside: [],
    shifts: [
      {
        shift: { id: 'early', name: 'Early shift', start, end },
        site: 'main',
        timeZone,
        window: { from: berlin(date, '08:00'), to: berlin(date, '18:00') },
        status,
        reasons,
        settled,
        minutes: all,
        ...edges,
        entries,
      },
    ],
  };
};

const dayOf = (date: string, figures: DayFigures, change: Partial<DayItem> = {}): DayItem => ({
  person: ada,
  date,
  site: 'main',
  timeZone,
  figures,
  asRecorded: null,
  corrections: [],
  lockedFrom: '2999-12-31T23:00:00.000Z',
  ...change,
});

/** Came on time and stayed. */
export const presentDay = (date: string, change: Partial<DayItem> = {}): DayItem =>
  dayOf(
    date,
    figuresOf(date, {
      status: 'present',
      reasons: [{ code: 'kept_hours', workedMinutes: 492, expectedMinutes: 480 }],
      entries: [
        entry(berlin(date, '08:58')),
        entry(berlin(date, '08:59'), { suppressedBy: `punch-${berlin(date, '08:58')}` }),
        entry(berlin(date, '17:10'), { via: 'out', direction: 'out' }),
      ],
      minutes: { worked: 492, overtime: 12 },
    }),
    change,
  );

export const lateDay = (date: string, change: Partial<DayItem> = {}): DayItem => {
  const at = berlin(date, '09:17');
  return dayOf(
    date,
    figuresOf(date, {
      status: 'late',
      reasons: [{ code: 'late', at, start: berlin(date, '09:00'), graceMinutes: 5, minutes: 17 }],
      entries: [entry(at), entry(berlin(date, '17:02'), { via: 'out', direction: 'out' })],
      minutes: { worked: 465, late: 17 },
    }),
    change,
  );
};

export const absentDay = (date: string, change: Partial<DayItem> = {}): DayItem =>
  dayOf(
    date,
    figuresOf(date, {
      status: 'absent',
      reasons: [{ code: 'no_punch', from: berlin(date, '08:00'), to: berlin(date, '18:00') }],
    }),
    change,
  );

/** Nobody checked out, until a correction added it: as corrected beside as recorded. */
export const correctedDay = (date: string, change: Partial<DayItem> = {}): DayItem => {
  const came = entry(berlin(date, '08:55'));
  const recorded = figuresOf(date, {
    status: 'missing_check_out',
    reasons: [{ code: 'missing_check_out', punchId: came.id, since: came.at }],
    entries: [{ ...came, mark: 'missing_check_out' }],
  });
  const corrected = figuresOf(date, {
    status: 'present',
    reasons: [{ code: 'kept_hours', workedMinutes: 485, expectedMinutes: 480 }],
    entries: [came, entry(berlin(date, '17:00'), { origin: 'added', via: 'out', direction: 'out' })],
    minutes: { worked: 485, overtime: 5 },
  });
  return dayOf(date, corrected, {
    asRecorded: recorded,
    corrections: [{ id: 'p-7f3a.c1', action: 'add', state: 'approved' }],
    ...change,
  });
};

/** Somebody asks for the check-out that they forgot. */
export const waitingCorrection = (change: Partial<CorrectionItem> = {}): CorrectionItem => ({
  id: 'p-2.c2',
  person: { id: 'p-2', name: 'Grace Sample' },
  site: 'main',
  timeZone,
  dates: ['2026-11-20'],
  change: { action: 'add', at: berlin('2026-11-20', '17:05'), direction: 'out' },
  reason: 'The door was open, so I went out without passing it.',
  state: 'waiting',
  asked: {
    by: { sub: 'sub-of-grace', person: { id: 'p-2', name: 'Grace Sample' } },
    at: berlin('2026-11-21', '10:12'),
    overrodeLock: false,
  },
  decided: null,
  ...change,
});
