import type { Instant } from '#contract/names.ts';
import { addDays, type LocalDate } from '../../cloud/domain/local-time.ts';
import { instantOf, weekdayOf } from '../../cloud/domain/schedule/wall-time.ts';
import type { Random } from '../../device/camera/replay/random.ts';

/** How somebody keeps their hours: how often something is out of the ordinary, 0..1. */
export type Habit = {
  readonly shift: 'day' | 'night';
  readonly late: number;
  readonly early: number;
  readonly forgetsToCheckOut: number;
  readonly absent: number;
};

const usual: Habit = { shift: 'day', late: 0.05, early: 0.04, forgetsToCheckOut: 0.02, absent: 0.02 };

/** Of the demo people in their order, and again from the start if there are more. */
const habits: readonly [Habit, ...Habit[]] = [
  usual,
  { ...usual, late: 0 },
  { ...usual, late: 0.45 },
  usual,
  { ...usual, early: 0.3 },
  { ...usual, forgetsToCheckOut: 0.25 },
  { ...usual, absent: 0.15 },
  { ...usual, shift: 'night' },
  { ...usual, shift: 'night', late: 0.2 },
];

export const habitOf = (place: number): Habit => habits[place % habits.length] ?? habits[0];

export const demoHours = {
  day: { start: '09:00', end: '17:30', weekdays: [1, 2, 3, 4, 5] },
  night: { start: '22:00', end: '06:00', weekdays: [1, 2, 3, 4] },
} as const;

/** When somebody of this habit passes the door for the shift that begins on a date; in order, none on a day off. */
export const passagesOn = (
  date: LocalDate,
  { shift, late, early, forgetsToCheckOut, absent }: Habit,
  timeZone: string,
  random: Random,
): readonly Instant[] => {
  const { start, end, weekdays } = demoHours[shift];
  if (!weekdays.some((day) => day === weekdayOf(date)) || random.chance(absent)) return [];
  const isOvernight = end < start;
  const at = (time: string, minutes: number, days = 0) =>
    later(instantOf(addDays(date, days), time, timeZone, 'start'), minutes);
  const comes = at(start, random.chance(late) ? random.between(8, 50) : random.between(-14, 3));
  const goes = at(
    end,
    random.chance(early) ? random.between(-90, -12) : random.between(-2, 40),
    isOvernight ? 1 : 0,
  );
  const lunch = at('12:30', random.between(-10, 10));
  const goesOutForLunch = !isOvernight && random.chance(0.6);
  return [
    comes,
    ...(goesOutForLunch ? [lunch, later(lunch, random.between(25, 45))] : []),
    ...(random.chance(forgetsToCheckOut) ? [] : [goes]),
  ];
};

/** In whole seconds. */
const later = (instant: Instant, minutes: number): Instant =>
  new Date(Date.parse(instant) + Math.round(minutes * 60) * 1000).toISOString();
