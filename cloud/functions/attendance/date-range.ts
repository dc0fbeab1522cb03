import { addDays, daysBetween, type LocalDate } from '../../domain/local-time.ts';
import { Refusal } from '../api/refusal.ts';

/**
 * The dates from `from` to `to`, both included, newest first; refuses (400) what is the wrong way round or longer than `maxDays`,
 * because every date of a site is a request to the table.
 */
export const datesBetween = (from: LocalDate, to: LocalDate, maxDays: number): readonly LocalDate[] => {
  const count = daysBetween(from, to) + 1;
  if (count < 1) throw new Refusal(400, '`from` must not be after `to`.');
  if (count > maxDays) throw new Refusal(400, `Ask for at most ${maxDays} days at once.`);
  return Array.from({ length: count }, (_, n) => addDays(to, -n));
};
