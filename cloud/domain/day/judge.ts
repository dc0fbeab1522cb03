import type { DayStatus, Minutes, Reason } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import type { Leave } from '../schedule/assignment.ts';
import type { DayOff } from '../schedule/day-plan.ts';
import type { Occurrence, ShiftHours } from '../schedule/occurrence.ts';
import { plusMinutes } from '../schedule/wall-time.ts';
import type { Times } from './count-minutes.ts';

export type Judgement = {
  readonly status: DayStatus | null;
  readonly reasons: readonly Reason[];
  readonly settled: boolean;
};

type Case = {
  readonly occurrence: Occurrence;
  readonly off: DayOff | null;
  readonly halfLeave: Leave | null;
  readonly times: Times;
  /** As far as they are certain. */
  readonly minutes: Minutes;
  /** Up to when every door of the site has said everything; null = unknown. */
  readonly syncedThrough: Instant | null;
};

/**
 * What one shift (or day without one) amounts to, and why. What a door that has not synchronised could still disprove is not said:
 * nobody is absent, has forgotten to check out, went early or worked too little before the doors are past the window's end, and
 * nobody is late before they are past the check-in.
 */
export const judge = (one: Case): Judgement => {
  const { occurrence, off, times, syncedThrough } = one;
  const isSynced = (needed: Instant): boolean => syncedThrough !== null && syncedThrough >= needed;
  const { to: windowEnd } = occurrence.window;
  const came = times.attendance.punches.length > 0;

  if (occurrence.work === null) return { ...judgeDayOff(off, came), settled: isSynced(windowEnd) };
  const { work } = occurrence;
  if (!came) {
    const needed = plusMinutes(windowEnd, work.shift.absenceWaitMinutes);
    return isSynced(needed)
      ? { status: 'absent', reasons: [{ code: 'no_punch', ...occurrence.window }], settled: true }
      : { status: 'pending_sync', reasons: [notSynced(syncedThrough, needed)], settled: false };
  }
  const settled = isSynced(windowEnd);
  const { reasons, status } = settled ? judgeWhole(one, work) : judgeSoFar(one, work);
  return {
    status,
    settled,
    reasons: [...reasons, ...clockChange(work), ...(settled ? [] : [notSynced(syncedThrough, windowEnd)])],
  };
};

type Finding = Pick<Judgement, 'status' | 'reasons'>;

const judgeDayOff = (off: DayOff | null, came: boolean): Finding => {
  switch (off?.why) {
    case 'holiday':
      return { status: 'holiday', reasons: [{ code: 'holiday', name: off.name, list: off.list }] };
    case 'weekly_off':
      return { status: 'weekly_off', reasons: [{ code: 'weekly_off', weekday: off.weekday, by: off.by }] };
    case 'on_leave':
      return { status: 'on_leave', reasons: [onLeave(off.leave)] };
    default:
      return { status: came ? 'present' : null, reasons: [{ code: 'no_shift' }] };
  }
};

/** Before the window is over: whoever came is present, and late as soon as no earlier check-in can turn up any more. */
const judgeSoFar = ({ times, minutes }: Case, work: ShiftHours): Finding => {
  const late = lateReason(times, minutes, work);
  return { status: late.length > 0 ? 'late' : 'present', reasons: late };
};

const judgeWhole = ({ times, minutes, halfLeave }: Case, work: ShiftHours): Finding => {
  const { attendance, automatic, firstIn } = times;
  const late = lateReason(times, minutes, work);
  const early = earlyReason(times, minutes, work);
  const noted: Reason[] = [
    ...attendance.punches.filter(({ mark }) => mark === 'missing_check_out').map(missing),
    ...(attendance.open === null || automatic !== null ? [] : [missing(attendance.open)]),
  ];
  const made: Reason[] =
    attendance.open === null || automatic === null
      ? []
      : [{ code: 'automatic_check_out', punchId: attendance.open.punch.id, at: automatic }];
  const all = [...noted, ...made, ...late, ...early];
  if (noted.length > 0) return { status: 'missing_check_out', reasons: all };

  const threshold = (limit: number) => thresholdOf(limit, work, halfLeave);
  const { worked: workedMinutes, expected: expectedMinutes } = minutes;
  const absentBelow = threshold(work.shift.absentBelowMinutes);
  if (workedMinutes < absentBelow) {
    const reason = { code: 'below_absence_threshold', workedMinutes, thresholdMinutes: absentBelow } as const;
    return { status: 'absent', reasons: [reason, ...all] };
  }
  const halfDayBelow = threshold(work.shift.halfDayBelowMinutes);
  if (workedMinutes < halfDayBelow) {
    const reason = {
      code: 'below_half_day_threshold',
      workedMinutes,
      thresholdMinutes: halfDayBelow,
    } as const;
    return { status: 'half_day', reasons: [reason, ...all] };
  }
  if (halfLeave !== null) return { status: 'half_day', reasons: [onLeave(halfLeave), ...all] };
  if (firstIn === null) all.push({ code: 'no_check_in' });
  if (late.length > 0) return { status: early.length > 0 ? 'late_and_early' : 'late', reasons: all };
  if (early.length > 0) return { status: 'early_exit', reasons: all };
  return { status: 'present', reasons: [{ code: 'kept_hours', workedMinutes, expectedMinutes }, ...all] };
};

/** Half for half a day of leave; and nobody can have worked an hour that clocks left out. */
const thresholdOf = (minutes: number, { clockChangeMinutes }: ShiftHours, halfLeave: Leave | null): number =>
  minutes === 0
    ? 0
    : Math.max(0, Math.floor(minutes / (halfLeave === null ? 1 : 2)) + Math.min(0, clockChangeMinutes));

const lateReason = (
  { firstIn }: Times,
  { late }: Minutes,
  { start, shift }: ShiftHours,
): readonly Reason[] =>
  late === 0 || firstIn === null
    ? []
    : [{ code: 'late', at: firstIn, start, graceMinutes: shift.graceLateMinutes, minutes: late }];

const earlyReason = (
  { lastOut }: Times,
  { early }: Minutes,
  { end, shift }: ShiftHours,
): readonly Reason[] =>
  early === 0 || lastOut === null
    ? []
    : [{ code: 'early_exit', at: lastOut, end, graceMinutes: shift.graceEarlyMinutes, minutes: early }];

const missing = ({ punch }: { readonly punch: { readonly id: string; readonly at: Instant } }): Reason => ({
  code: 'missing_check_out',
  punchId: punch.id,
  since: punch.at,
});

const onLeave = ({ id, kind, part }: Leave): Reason => ({ code: 'on_leave', leave: id, kind, part });

const notSynced = (syncedThrough: Instant | null, needed: Instant): Reason => ({
  code: 'not_synced',
  syncedThrough,
  needed,
});

const clockChange = ({ clockChangeMinutes }: ShiftHours): readonly Reason[] =>
  clockChangeMinutes === 0 ? [] : [{ code: 'clock_change', minutes: clockChangeMinutes }];
