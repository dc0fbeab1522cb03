import type { DayItem, Overview, SummaryAnswer, Totals } from '#contract/attendance.ts';
import type { CheckInAnswer, PinAnswer } from '#contract/check-in.ts';
import type { CorrectionItem } from '#contract/correction.ts';
import { DayStatus } from '#contract/day.ts';
import {
  absentDay,
  berlin,
  correctedDay,
  lateDay,
  noMinutes,
  presentDay,
  waitingCorrection,
} from './src/attendance/day-examples-for-tests.ts';

/** What the stub's API says about attendance; a test changes it while the page runs. */
export type StubAttendance = {
  days: DayItem[];
  overview: Overview;
  summary: SummaryAnswer;
  corrections: CorrectionItem[];
  checkIn: CheckInAnswer;
  /** An answer, or a refusal with its status. */
  pin: PinAnswer | { readonly status: number; readonly detail: string; readonly retryAfterSeconds?: number };
  /** Parts of the export, in order. */
  csv: string[];
};

const nothingOfAny = Object.fromEntries(DayStatus.options.map((status) => [status, 0])) as Totals['byStatus'];

const totals = (change: Partial<Totals>): Totals => ({
  people: 1,
  days: 5,
  byStatus: { ...nothingOfAny, present: 3, late: 1, absent: 1 },
  unsettledDays: 0,
  lateDays: 1,
  earlyDays: 0,
  minutes: { ...noMinutes, worked: 1_942, expected: 2_400, late: 17, overtime: 24 },
  ...change,
});

const week = ['16', '17', '18', '19', '20', '21', '22'].map((day) => `2026-11-${day}`);

/** A week of Ada's and a day of a site, with a bit of everything. */
export const exampleAttendance = (): StubAttendance => ({
  days: [
    correctedDay('2026-11-20'),
    presentDay('2026-11-20', { person: { id: 'p-2', name: 'Grace Sample' } }),
    lateDay('2026-11-19'),
    absentDay('2026-11-18'),
    presentDay('2026-11-17'),
  ],
  overview: {
    site: 'main',
    date: '2026-11-20',
    timeZone: 'Europe/Berlin',
    totals: totals({ people: 2, days: 2, byStatus: { ...nothingOfAny, present: 2 } }),
    expected: 2,
    seen: 2,
    in: 0,
    out: 2,
    madeAt: berlin('2026-11-20', '18:30'),
  },
  summary: {
    site: 'main',
    timeZone: 'Europe/Berlin',
    person: { id: 'p-7f3a', name: 'Ada Example' },
    period: { kind: 'week', id: '2026-W47', from: '2026-11-16', to: '2026-11-22' },
    through: '2026-11-22',
    totals: totals({}),
    trend: {
      period: { kind: 'week', id: '2026-W46', from: '2026-11-09', to: '2026-11-15' },
      through: '2026-11-15',
      totals: totals({ byStatus: { ...nothingOfAny, present: 5 }, lateDays: 0 }),
      change: {
        minutes: { ...noMinutes, worked: -458, late: 17, overtime: 0 },
        byStatus: { ...nothingOfAny, present: -2, late: 1, absent: 1 },
        lateDays: 1,
        earlyDays: 0,
      },
    },
    days: week.map((date, index) => ({
      date,
      status: index > 4 ? 'weekly_off' : index === 2 ? 'absent' : 'present',
      people: 1,
      minutes:
        index > 4 ? noMinutes : { ...noMinutes, expected: 480, worked: index === 2 ? 0 : 465 + index * 9 },
    })),
  },
  corrections: [waitingCorrection()],
  checkIn: { outcome: 'no_face', detail: '', punch: null },
  pin: {
    outcome: 'matched',
    name: 'Ada Example',
    direction: 'in',
    localTime: '2026-11-23T08:58:12.340',
  },
  csv: ['employee_no,name\r\n1,Ada Example\r\n', '2,Grace Sample\r\n'],
});

type Asked = { readonly method: string; readonly url: URL; readonly body: string };
type Said = {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const problem = (status: number, detail: string): Said => ({
  status,
  json: { type: 'about:blank', title: 'Refused', status, detail },
});

/** The attendance part of the stub's API; undefined for what it does not know. */
export const attendanceAnswer = (
  data: StubAttendance,
  page: <T>(items: readonly T[]) => unknown,
  { method, url, body }: Asked,
): Said | undefined => {
  const path = url.pathname.slice('/api/v1'.length);
  const asked = (name: string) => url.searchParams.get(name);
  switch (`${method} ${path}`) {
    case 'GET /attendance/days': {
      const { days } = data;
      return {
        status: 200,
        json: page(
          days.filter(
            ({ person, figures, date }) =>
              (asked('person') ?? person.id) === person.id &&
              (asked('status') ?? figures.status) === figures.status &&
              (asked('from') ?? date) <= date &&
              (asked('to') ?? date) >= date,
          ),
        ),
      };
    }
    case 'GET /attendance/overview':
      return { status: 200, json: { ...data.overview, date: asked('date') ?? data.overview.date } };
    case 'GET /attendance/summary':
      return { status: 200, json: data.summary };
    case 'GET /attendance/export.csv': {
      const part = Number(asked('cursor') ?? 0);
      const next = part + 1 < data.csv.length ? { link: `<?cursor=${part + 1}>; rel="next"` } : {};
      return { status: 200, text: data.csv[part] ?? '', headers: { 'content-type': 'text/csv', ...next } };
    }
    case 'GET /corrections':
      return {
        status: 200,
        json: page(data.corrections.filter(({ state }) => (asked('state') ?? state) === state)),
      };
    case 'POST /corrections': {
      const wanted = JSON.parse(body);
      const made = waitingCorrection({ id: 'p-7f3a.new', change: wanted.change, reason: wanted.reason });
      data.corrections = [made, ...data.corrections];
      return { status: 201, json: made };
    }
    case 'POST /check-in':
      return { status: 200, json: data.checkIn };
    case 'POST /punches/pin': {
      const { pin } = data;
      if ('outcome' in pin) return { status: 200, json: pin };
      const wait = pin.retryAfterSeconds;
      return {
        ...problem(pin.status, pin.detail),
        headers: wait === undefined ? {} : { 'retry-after': String(wait) },
      };
    }
    case 'PUT /me/pin':
      return { status: 204 };
    default:
      return decided(data, method, path, body);
  }
};

const decided = (data: StubAttendance, method: string, path: string, body: string): Said | undefined => {
  const id = /^\/corrections\/([^/]+)\/decision$/.exec(path)?.[1];
  const found = data.corrections.find((correction) => correction.id === id);
  if (method !== 'POST' || id === undefined) return undefined;
  if (found === undefined || found.state !== 'waiting')
    return problem(409, 'Somebody else has decided it already.');
  const { decision, note } = JSON.parse(body);
  const by = { sub: 'sub-of-hr', person: null };
  const now: CorrectionItem = {
    ...found,
    state: decision,
    decided: { by, at: berlin('2026-11-23', '09:00'), note, overrodeLock: false },
  };
  data.corrections = data.corrections.map((correction) => (correction === found ? now : correction));
  return { status: 200, json: now };
};
