import type { Minutes } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import type { Leave } from '../schedule/assignment.ts';
import type { ShiftHours } from '../schedule/occurrence.ts';
import { expectedMinutes, maxOpenMinutes } from '../schedule/shift.ts';
import type { Attendance } from './attend.ts';
import { intersect, merge, type Span, totalMs } from './spans.ts';

const minuteMs = 60_000;

/** What is known of a person's times in one occurrence. `automatic` is where a forgotten check-out was made up for. */
export type Times = {
  readonly attendance: Attendance;
  readonly automatic: Instant | null;
  readonly firstIn: Instant | null;
  /** By a punch, never automatic. */
  readonly lastOut: Instant | null;
};

/** The first in and the last out by punches, whatever they were paired with. */
export const timesOf = (attendance: Attendance, automatic: Instant | null): Times => ({
  attendance,
  automatic,
  firstIn: attendance.punches.find(({ direction }) => direction === 'in')?.punch.at ?? null,
  lastOut: attendance.punches.findLast(({ direction }) => direction === 'out')?.punch.at ?? null,
});

/** How many minutes of the two kinds make a day late or early, what was worked, and what was to be. */
export const countMinutes = (times: Times, work: ShiftHours | null, halfLeave: Leave | null): Minutes => {
  const presence = presenceOf(times, work?.shift.counting ?? 'every_pair');
  const first = presence[0];
  const last = presence.at(-1);
  const whole = first === undefined || last === undefined ? [] : [{ from: first.from, to: last.to }];
  const breaks = (paid: boolean): readonly Span[] =>
    (work?.breaks ?? []).filter((one) => one.paid === paid).map(({ from, to }) => toSpan(from, to));

  const counted = merge([...presence, ...intersect(breaks(true), whole)]);
  const unpaidMs = totalMs(intersect(counted, breaks(false)));
  const worked = Math.floor((totalMs(counted) - unpaidMs) / minuteMs);
  const expected = work === null ? 0 : Math.floor(expectedMinutes(work.shift) / (halfLeave === null ? 1 : 2));
  return {
    worked,
    expected,
    late: halfLeave?.part === 'first_half' ? 0 : lateBy(times, work),
    early: halfLeave?.part === 'second_half' ? 0 : earlyBy(times, work),
    overtime: Math.max(0, worked - expected),
    break: Math.floor(totalMs(whole) / minuteMs) - worked,
  };
};

/** The time that counts as spent at work, before breaks: every pair, or from the first pair to the last out. */
const presenceOf = (
  { attendance: { pairs, open }, automatic, lastOut }: Times,
  counting: 'first_last' | 'every_pair',
): readonly Span[] => {
  const spans = pairs.map((pair) => toSpan(pair.in.punch.at, pair.out.punch.at));
  if (open !== null && automatic !== null) spans.push(toSpan(open.punch.at, automatic));
  const first = spans[0];
  if (counting === 'every_pair' || first === undefined) return merge(spans);
  const to = Math.max(...spans.map((span) => span.to), lastOut === null ? 0 : Date.parse(lastOut));
  // However it is counted, nobody is at work for longer than that.
  return to - first.from > maxOpenMinutes * minuteMs ? merge(spans) : [{ from: first.from, to }];
};

/** Minutes begun after the start, when the grace is exceeded; exactly on it is not late (strictly after, as Frappe has it). */
const lateBy = ({ firstIn }: Times, work: ShiftHours | null): number =>
  firstIn === null || work === null ? 0 : exceeding(work.start, firstIn, work.shift.graceLateMinutes);

/** Minutes begun before the end. An automatic check-out proves nothing, nor does an out after which someone came in again. */
const earlyBy = ({ attendance, lastOut }: Times, work: ShiftHours | null): number =>
  lastOut === null || work === null || attendance.punches.at(-1)?.direction !== 'out'
    ? 0
    : exceeding(lastOut, work.end, work.shift.graceEarlyMinutes);

const exceeding = (from: Instant, to: Instant, graceMinutes: number): number => {
  const ms = Date.parse(to) - Date.parse(from);
  return ms > graceMinutes * minuteMs ? Math.ceil(ms / minuteMs) : 0;
};

const toSpan = (from: Instant, to: Instant): Span => ({ from: Date.parse(from), to: Date.parse(to) });
