import type { DayEntry, DayStatus, Reason } from '#contract/day.ts';
import type { TagIcon, TagTone } from '../components/tag.tsx';
import { clockOn } from '../words/clock-words.ts';
import { minutesWords } from '../words/minutes-words.ts';

type StatusLook = { readonly words: string; readonly tone: TagTone; readonly icon: TagIcon };

const statuses: Readonly<Record<DayStatus, StatusLook>> = {
  present: { words: 'Present', tone: 'in', icon: 'check' },
  late: { words: 'Late', tone: 'unknown', icon: 'clock' },
  early_exit: { words: 'Left early', tone: 'unknown', icon: 'clock' },
  late_and_early: { words: 'Late and left early', tone: 'unknown', icon: 'clock' },
  half_day: { words: 'Half day', tone: 'unknown', icon: 'half' },
  absent: { words: 'Absent', tone: 'problem', icon: 'cross' },
  on_leave: { words: 'On leave', tone: 'out', icon: 'away' },
  holiday: { words: 'Holiday', tone: 'out', icon: 'star' },
  weekly_off: { words: 'Day off', tone: 'again', icon: 'dash' },
  missing_check_out: { words: 'No check-out', tone: 'problem', icon: 'question' },
  pending_sync: { words: 'Not decided yet', tone: 'again', icon: 'again' },
};

/** A status as pages show it: words, colour and shape together. Null is a day on which nothing was expected and nobody came. */
export const statusLook = (status: DayStatus | null): StatusLook =>
  status === null ? { words: 'Nothing expected', tone: 'again', icon: 'dash' } : statuses[status];

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const leaveParts = {
  day: 'all day',
  first_half: 'for the first half of the day',
  second_half: 'for the second half of the day',
} as const;

/** Which clock and which date the words are about. */
type Where = { readonly timeZone: string; readonly date: string };

/** Why a day has its status, as one sentence with the site's own times. */
export const reasonWords = (reason: Reason, { timeZone, date }: Where): string => {
  const clock = (instant: string): string => clockOn(instant, timeZone, date);
  switch (reason.code) {
    case 'kept_hours':
      return `Worked ${minutesWords(reason.workedMinutes)}; ${minutesWords(reason.expectedMinutes)} were expected.`;
    case 'no_shift':
      return 'No shift was planned for this day.';
    case 'late':
      return `Came at ${clock(reason.at)}, ${minutesWords(reason.minutes)} late: the shift began at ${clock(reason.start)}${grace(reason.graceMinutes)}.`;
    case 'early_exit':
      return `Left at ${clock(reason.at)}, ${minutesWords(reason.minutes)} early: the shift ended at ${clock(reason.end)}${grace(reason.graceMinutes)}.`;
    case 'below_half_day_threshold':
      return `Worked ${minutesWords(reason.workedMinutes)}; less than ${minutesWords(reason.thresholdMinutes)} counts as half a day.`;
    case 'below_absence_threshold':
      return `Worked ${minutesWords(reason.workedMinutes)}; less than ${minutesWords(reason.thresholdMinutes)} counts as absent.`;
    case 'no_punch':
      return `There is no punch between ${clock(reason.from)} and ${clock(reason.to)}.`;
    case 'no_check_in':
      return 'There is a check-out, but no check-in before it.';
    case 'not_synced':
      return reason.syncedThrough === null
        ? `A door of the site has never reported. The day is decided when every door has reported past ${clock(reason.needed)}.`
        : `The doors have reported up to ${clock(reason.syncedThrough)}. The day is decided when every door has reported past ${clock(reason.needed)}.`;
    case 'missing_check_out':
      return `Nobody checked out after the check-in at ${clock(reason.since)}, so the time since then is not counted.`;
    case 'automatic_check_out':
      return `Checked out automatically at ${clock(reason.at)}, because there was no check-out.`;
    case 'holiday':
      return `Holiday: ${reason.name}.`;
    case 'weekly_off':
      return reason.by === 'site'
        ? `${weekdays[reason.weekday - 1]} is a day off at this site.`
        : `${weekdays[reason.weekday - 1]} is not a working day of the assigned shift.`;
    case 'on_leave':
      return `On leave (${reason.kind}) ${leaveParts[reason.part]}.`;
    case 'clock_change':
      return reason.minutes > 0
        ? `The clocks went back during the shift, so it lasted ${minutesWords(reason.minutes)} longer than usual.`
        : `The clocks went forward during the shift, so it lasted ${minutesWords(-reason.minutes)} less than usual.`;
  }
};

const grace = (minutes: number): string =>
  minutes === 0 ? '' : `, and ${minutesWords(minutes)} are tolerated`;

const origins: Readonly<Record<DayEntry['origin'], string | null>> = {
  recorded: null,
  added: 'Added by a correction.',
  retimed: 'Its time was corrected.',
  reclassified: 'Its direction was corrected.',
  automatic: 'Automatic: the system closed the day, nobody was seen.',
};

const marks: Readonly<Record<NonNullable<DayEntry['mark']>, string>> = {
  in_while_in: 'Not counted: already in.',
  out_without_in: 'There is no check-in before it.',
  missing_check_out: 'No check-out followed.',
  outside_window: 'Not counted: outside the hours of every shift.',
};

/** What is to be said about a punch beside its time and direction. `clockOfId` gives the time of another punch of the day. */
export const entryNotes = (
  { origin, mark, suppressedBy }: DayEntry,
  clockOfId: (id: string) => string | undefined,
): readonly string[] => {
  const repeats = suppressedBy === null ? undefined : clockOfId(suppressedBy);
  return [
    origins[origin],
    mark === null ? null : marks[mark],
    suppressedBy === null
      ? null
      : `Not counted: repeats the punch${repeats === undefined ? ' before it' : ` at ${repeats}`}.`,
  ].filter((note) => note !== null);
};

/** Whether a punch counts for the day. */
export const isCounted = ({ suppressedBy, mark }: DayEntry): boolean =>
  suppressedBy === null && mark !== 'in_while_in' && mark !== 'outside_window';
