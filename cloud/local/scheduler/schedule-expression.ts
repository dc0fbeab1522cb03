import { DateTime, IANAZone } from 'luxon';

/** When a schedule is due. All instants in epoch milliseconds. */
export interface Recurrence {
  /** The first due instant after `afterMs`; rates count from `anchorMs`. */
  next(afterMs: number, anchorMs: number): number;
}

const unitMs: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Names that cron fields know beside numbers. */
const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A cron expression that is never due again within this is an error, not an endless search. */
const horizonDays = 366 * 8;

/**
 * Parses `rate(n unit)` and `cron(minutes hours day-of-month month day-of-week year)`; throws an Error that says what is not understood.
 * The wildcards L, W and # are not. Source: EventBridge Scheduler user guide, "Schedule types".
 */
export const parseScheduleExpression = (expression: string, timezone: string): Recurrence => {
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (amount !== undefined && unit !== undefined && Number(amount) > 0) {
    const periodMs = Number(amount) * (unitMs[unit] ?? 0);
    return {
      next: (afterMs, anchorMs) => anchorMs + (Math.floor((afterMs - anchorMs) / periodMs) + 1) * periodMs,
    };
  }
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/) ?? [];
  if (fields.length !== 6) throw new Error(`the schedule expression ${expression} is not emulated`);
  return cron(expression, fields, timezone);
};

const cron = (expression: string, fields: readonly string[], timezone: string): Recurrence => {
  if (!IANAZone.isValidZone(timezone)) throw new Error(`${timezone} is no time zone`);
  const [minutes = '', hours = '', days = '', month = '', weekday = '', years = ''] = fields;
  if ((days === '?') === (weekday === '?'))
    throw new Error(`${expression}: exactly one of day-of-month and day-of-week has to be ?`);
  const at = {
    minutes: valuesOf(minutes, 0, 59),
    hours: valuesOf(hours, 0, 23),
    days: valuesOf(days, 1, 31),
    months: valuesOf(month, 1, 12, months, 1),
    weekdays: valuesOf(weekday, 1, 7, weekdays, 1),
    years: valuesOf(years, 1970, 2199),
  };
  const dayMatches = (day: DateTime): boolean =>
    at.years.has(day.year) &&
    at.months.has(day.month) &&
    at.days.has(day.day) &&
    // AWS counts from Sunday = 1, luxon from Monday = 1.
    at.weekdays.has((day.weekday % 7) + 1);
  return {
    next(afterMs) {
      const after = DateTime.fromMillis(afterMs, { zone: timezone });
      for (let ahead = 0; ahead < horizonDays; ahead += 1) {
        const day = after.startOf('day').plus({ days: ahead });
        if (!dayMatches(day)) continue;
        for (const hour of at.hours)
          for (const minute of at.minutes) {
            const due = day.set({ hour, minute });
            // An hour that the clocks skip does not exist on that day.
            if (due.hour === hour && due.toMillis() > afterMs) return due.toMillis();
          }
      }
      throw new Error(`${expression} is never due`);
    },
  };
};

/** The values that a cron field allows, in order: `*`, `?`, lists, ranges and steps. */
const valuesOf = (
  field: string,
  lowest: number,
  highest: number,
  names: readonly string[] = [],
  firstName = 0,
): ReadonlySet<number> => {
  const numberOf = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    const value = named === -1 ? Number(text) : named + firstName;
    if (text === '' || !Number.isInteger(value) || value < lowest || value > highest)
      throw new Error(`"${text}" is no value of a cron field from ${lowest} to ${highest}`);
    return value;
  };
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const every = range === '*' || range === '?';
    const [from = '', to] = range.split('-');
    const start = every ? lowest : numberOf(from);
    const end = every || (to === undefined && step !== undefined) ? highest : numberOf(to ?? from);
    const stride = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(stride) || stride < 1) throw new Error(`"${part}" has no valid step`);
    for (let value = start; value <= end; value += stride) values.add(value);
  }
  return new Set([...values].sort((a, b) => a - b));
};
