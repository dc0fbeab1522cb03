/** A wall clock of a site: `2026-11-23` and `08:58`. */
export type WallClock = { readonly date: string; readonly time: string };

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(timeZone, made);
  return made;
};

/** What the clocks of a zone show at an instant, whatever the zone of the browser. */
export const wallClock = (instant: string | number, timeZone: string): WallClock => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(new Date(instant))
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    date: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
  };
};

/** Minutes by which a zone is ahead of UTC at an instant. */
const offsetMinutes = (instant: string | number, timeZone: string): number => {
  const { date, time } = wallClock(instant, timeZone);
  return Math.round((Date.parse(`${date}T${time}:00Z`) - new Date(instant).getTime()) / 60_000);
};

/** `UTC+1`, `UTC−3:30`: which of two equal wall times is meant when clocks go back. */
export const offsetWords = (instant: string, timeZone: string): string => {
  const minutes = offsetMinutes(instant, timeZone);
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`;
};

const dayMs = 86_400_000;

/**
 * The instants at which the clocks of a zone show a date and time, earliest first: one as a rule, two in the hour that is repeated
 * when clocks go back, none in the hour that is left out when they go forward.
 */
export const instantsAt = (date: string, time: string, timeZone: string): readonly string[] => {
  const asIfUtc = Date.parse(`${date}T${time}:00Z`);
  if (Number.isNaN(asIfUtc)) return [];
  // Clocks change at most once in two days, so these are all the offsets that can hold here.
  const offsets = new Set([asIfUtc - dayMs, asIfUtc + dayMs].map((ms) => offsetMinutes(ms, timeZone)));
  return [...offsets]
    .map((minutes) => asIfUtc - minutes * 60_000)
    .filter((ms) => {
      const shown = wallClock(ms, timeZone);
      return shown.date === date && shown.time === time;
    })
    .sort((a, b) => a - b)
    .map((ms) => new Date(ms).toISOString());
};

/** A date so many days later. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Every date from one to another, both included. */
export const datesBetween = (from: string, to: string): readonly string[] => {
  const dates: string[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) dates.push(date);
  return dates;
};

/** Today where the site is. */
export const todayIn = (timeZone: string): string => wallClock(Date.now(), timeZone).date;
