import { addPunch } from '../../domain/add-punch.ts';
import type { DayPunch } from '../../domain/attendance-day.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { Site } from '../../domain/site.ts';
import type { StoredDay, StoredPerson, StoredPunch } from '../table/items.ts';

/** What a punch changes, and what must still be as it was read when that is written. */
export type Attendance = {
  readonly punch: StoredPunch;
  /** The punch's own day, and later ones that it changes; `version` is one above what was read. */
  readonly days: readonly StoredDay[];
  /** Days that stay as they are; `version` 0 stands for a day that must not exist. */
  readonly reliedOn: readonly {
    readonly personId: string;
    readonly date: LocalDate;
    readonly version: number;
  }[];
  /** Earlier punches that this one made count differently. */
  readonly changed: readonly DayPunch[];
};

/** A punch before its day has said what it amounts to. */
export type PunchFacts = Omit<StoredPunch, 'direction' | 'suppressedBy' | 'site'>;

/** The days of a person that were read; null where there are no punches. */
export type DaysRead = ReadonlyMap<LocalDate, StoredDay | null>;

/**
 * One day of so many punches is no person's day but a fault at the door, such as a picture beside it. The limits keep a day
 * within DynamoDB's 400 KB and what one late punch can change within its 100 items of a transaction.
 */
const maxPunchesOfDay = 1_000;
const maxChanged = 80;

/** Works out what a punch makes of its person's days, or says which day has to be read before, or that there are too many. */
export const attend = (
  facts: PunchFacts,
  days: DaysRead,
  site: Site,
): Attendance | { readonly unread: LocalDate } | 'too_many_punches' => {
  const { id, at, via, personId } = facts;
  const known = new Map([...days].map(([date, day]) => [date, day?.punches ?? []]));
  const added = addPunch({ id, at, via }, known, site);
  if (added.kind === 'unread') return { unread: added.date };
  const { own, changed } = added;
  const isTooMuch = added.days.some(({ day }) => day.punches.length > maxPunchesOfDay);
  if (isTooMuch || changed.length > maxChanged) return 'too_many_punches';

  const versionOf = (date: LocalDate) => days.get(date)?.version ?? 0;
  return {
    punch: {
      ...facts,
      site: site.id,
      direction: own.direction,
      ...(own.suppressedBy === null ? {} : { suppressedBy: own.suppressedBy }),
    },
    days: added.days.map(({ date, day }) => ({
      ...day,
      punches: [...day.punches],
      personId,
      site: site.id,
      date,
      version: versionOf(date) + 1,
    })),
    reliedOn: added.reliedOn.map((date) => ({ personId, date, version: versionOf(date) })),
    changed,
  };
};

/** Why a person gets no punch at a site, or null when they may. Only a face asks for consent. */
export const refusalToCount = (
  person: StoredPerson | null,
  site: Site,
  { needsConsent }: { readonly needsConsent: boolean },
): 'not_enrolled' | 'no_consent' | 'has_left' | 'other_site' | null => {
  if (person === null) return 'not_enrolled';
  if (needsConsent && person.consent === undefined) return 'no_consent';
  if (person.status !== 'active') return 'has_left';
  return person.site === site.id ? null : 'other_site';
};
