/** `08:58:12` of `2026-11-23T08:58:12.340`. */
export const clockTime = (localTime: string): string => localTime.slice(11, 19);

/** `08:58` of `2026-11-23T08:58:12.340`. */
export const shortTime = (localTime: string): string => localTime.slice(11, 16);

/** Percent with one decimal, cut off rather than rounded: 99.97 must not read as certain. */
export const percent = (similarity: number): string => `${(Math.floor(similarity * 10) / 10).toFixed(1)} %`;

/**
 * Today's date where an entry happened: the difference between its local time and its instant is that place's offset.
 * `nowMs` in epoch milliseconds; answers `2026-11-23`.
 */
export const dateThere = (localTime: string, at: string, nowMs: number): string =>
  new Date(nowMs + Date.parse(`${localTime}Z`) - Date.parse(at)).toISOString().slice(0, 10);

const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});

/** `Monday 23 November` of `2026-11-23`. */
export const longDate = (date: string): string =>
  dayFormat.format(new Date(`${date}T00:00:00Z`)).replace(',', '');

/** A heading for one day's entries: `Today`, `Yesterday`, or the date. */
export const dayHeading = (date: string, today: string): string => {
  const days = Math.round((Date.parse(today) - Date.parse(date)) / 86_400_000);
  if (days === 0) return 'Today';
  return days === 1 ? 'Yesterday' : longDate(date);
};

/** `just now`, `12 s ago`, `3 min ago`: how old what the page shows is. */
export const ago = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 5) return 'just now';
  return seconds < 90 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
};

const shortDayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  timeZone: 'UTC',
});
const monthFormat = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `Mon 23` of `2026-11-23`. */
export const dayOfMonth = (date: string): string =>
  shortDayFormat.format(new Date(`${date}T00:00:00Z`)).replace(',', '');

/** `November 2026` of `2026-11`. */
export const monthHeading = (month: string): string => monthFormat.format(new Date(`${month}-01T00:00:00Z`));

/** `Mon` of `2026-11-23`. */
export const weekday = (date: string): string => dayOfMonth(date).slice(0, 3);
