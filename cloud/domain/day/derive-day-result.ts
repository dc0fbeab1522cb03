import type { DayEntry, DayFigures, DayResult } from '#contract/day.ts';
import type { Instant } from '#contract/names.ts';
import type { PunchFact } from '../attendance-day.ts';
import { type CorrectionEntry, instantsOf, readCorrections } from '../corrections/correction-log.ts';
import { type LocalDate, localDate } from '../local-time.ts';
import { type DayPlan, planDay, type Schedule } from '../schedule/day-plan.ts';
import {
  attendanceDateWithoutShift,
  isWithin,
  type Occurrence,
  occurrencesAround,
} from '../schedule/occurrence.ts';
import { type Attended, attend } from './attend.ts';
import { combineShifts } from './combine-shifts.ts';
import {
  type CountedPunches,
  type CountingPunch,
  countCorrected,
  countRecorded,
} from './counting-punches.ts';
import { entriesInOrder, entryOf } from './day-entries.ts';
import { shiftFigures } from './shift-figures.ts';

/** All that a day rests on. Lists may be in any order and hold more than is needed, and anything twice. */
export type DayInputs = {
  readonly personId: string;
  readonly schedule: Schedule;
  /** At least those between the instants of `factsNeeded`. */
  readonly punches: readonly PunchFact[];
  /** The person's log of corrections: at least those that are about an instant between the same two. */
  readonly corrections: readonly CorrectionEntry[];
  /**
   * The lowest instant up to which the doors of the site (of all sites whose shifts the person works that day) have said everything:
   * now for a site without doors, null when a door has never been heard of.
   */
  readonly syncedThrough: Instant | null;
};

/**
 * Derives a person's attendance day by the rules of their schedule, as recorded and as corrected. It depends on nothing else, so
 * doing it again, whenever and in whatever order things arrived, gives the same; what a human decided is part of what it rests on.
 */
export const deriveDayResult = (date: LocalDate, inputs: DayInputs): DayResult => {
  const { personId, schedule } = inputs;
  const plan = planDay(date, schedule);
  const { site, timeZone, duplicatePunchMinutes } = plan.calendar;
  const occurrences = occurrencesAround(date, schedule);
  const corrections = readCorrections(inputs.corrections);
  const recorded = countRecorded(inputs.punches, duplicatePunchMinutes);
  const corrected = countCorrected(recorded, corrections, duplicatePunchMinutes);
  const figures = (punches: CountedPunches) => deriveFigures(plan, occurrences, punches, inputs);

  const windows = occurrences.filter((one) => one.date === date).map(({ window }) => window);
  const isHere = (instant: Instant): boolean =>
    localDate(instant, timeZone) === date || windows.some((window) => isWithin(instant, window));
  return {
    personId,
    date,
    site,
    timeZone,
    asRecorded: figures(recorded),
    asCorrected: figures(corrected),
    corrections: corrections
      .filter(({ change }) => instantsOf(change).some(isHere))
      .map(({ id, change, state }) => ({ id, action: change.action, state })),
  };
};

const deriveFigures = (
  plan: DayPlan,
  occurrences: readonly Occurrence[],
  { counting, suppressed }: CountedPunches,
  { schedule, syncedThrough }: DayInputs,
): DayFigures => {
  const { attendance, outside } = attend(occurrences, counting);
  const isToday = (punch: CountingPunch): boolean =>
    attendanceDateWithoutShift(punch.at, schedule) === plan.date;
  const repetitionsOf = (ids: ReadonlySet<string>): readonly DayEntry[] =>
    suppressed
      .filter(({ by }) => ids.has(by.id))
      .map(({ punch, by }) => ({ ...entryOf(punch), suppressedBy: by.id }));

  const shifts = occurrences.flatMap((occurrence) => {
    const own = attendance.get(occurrence);
    if (occurrence.date !== plan.date || own === undefined) return [];
    return [shiftFigures(plan, occurrence, own, syncedThrough, repetitionsOf(idsOf(own.punches)))];
  });
  const shown = outside.filter(isToday);
  const outsideEntries = [
    ...shown.map((punch) => ({ ...entryOf(punch), mark: 'outside_window' as const })),
    ...repetitionsOf(new Set(shown.map(({ id }) => id))),
  ];
  return combineShifts(shifts, outsideEntries.sort(entriesInOrder));
};

const idsOf = (attended: readonly Attended[]): ReadonlySet<string> =>
  new Set(attended.map(({ punch }) => punch.id));
