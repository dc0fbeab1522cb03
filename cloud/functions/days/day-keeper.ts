import type { SiteId } from '#contract/names.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { Schedule } from '../../domain/schedule/day-plan.ts';

/** Keeps the stored attendance days what the rules make of punches, corrections and schedules. */
export interface DayKeeper {
  /**
   * Derives again what facts written since have left out of date, of a site or of one person there, oldest facts first and as many
   * as fit into a request. Returns how many facts still wait; 0 in nearly every case.
   */
  refresh(site: SiteId, personId?: string): Promise<number>;
  /** Derives these dates of a person and stores what has changed. May be repeated without effect. */
  derive(personId: string, dates: readonly LocalDate[]): Promise<void>;
}

/** By what a person's days are judged. */
export interface Schedules {
  /** The schedule that holds on a date: calendars change from date to date. Null when there is no such person. */
  ofPerson(personId: string): Promise<((date: LocalDate) => Schedule) | null>;
}
