import type { OutcomeReason } from '#contract/reason.ts';
import type { Sighting } from '#contract/sighting.ts';
import { addPunch } from '../../domain/add-punch.ts';
import type { DayPunch } from '../../domain/attendance-day.ts';
import type { CaptureTime } from '../../domain/capture-time.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { MatchDecision } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import type {
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredPunch,
  StoredSighting,
  StoredUntimed,
} from '../table/items.ts';

/** A stored sighting, with a reason that there are words for. */
export type SettledSighting = StoredSighting & { readonly reason?: OutcomeReason | undefined };

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

/** What is to be written for one sighting, or one passage without a picture: all of it or nothing. */
export type Settlement = {
  readonly kind: 'sighting' | 'passage';
  readonly sighting: SettledSighting;
  /** Whom it names: they must still consent when it is written. */
  readonly named?: { readonly personId: string; readonly site: string };
  /** Present when the sighting makes a punch. */
  readonly attendance?: Attendance;
  /** It waits for the clock of its boot, which nothing may have told meanwhile. */
  readonly waits?: StoredUntimed;
  /** It has waited: its record is replaced, if that still waits. */
  readonly waited?: StoredUntimed;
};

/** What every settlement of a sighting starts from. */
export type SightingContext = {
  readonly sighting: Pick<Sighting, 'passageId' | 'attempt' | 'seq' | 'bootId' | 'monotonicMs'>;
  readonly time: CaptureTime;
  readonly receivedAt: string;
  readonly door: StoredDoor;
  readonly site: Site;
  /** The record that waited for a clock, when this replaces it. */
  readonly waited?: StoredUntimed;
};

export type Match = { readonly personId: string; readonly similarity: number };

/**
 * One day of so many punches is no person's day but a fault at the door, such as a picture beside it. The limits keep a day
 * within DynamoDB's 400 KB and what one late punch can change within its 100 items of a transaction.
 */
const maxPunchesOfDay = 1_000;
const maxChanged = 80;

/** The part of a settlement that does not depend on the outcome. */
const factsOf = ({ sighting, time, receivedAt, door, site }: SightingContext) => ({
  passageId: sighting.passageId,
  attempt: sighting.attempt,
  seq: sighting.seq,
  door: { thing: door.thing, name: door.name },
  site: site.id,
  capturedAt: time.at,
  clock: time.clock,
  receivedAt,
});

const replacing = ({ waited }: SightingContext) => (waited === undefined ? {} : { waited });

/** Settles a sighting that names nobody. */
export const settleUnnamed = (
  context: SightingContext,
  decision: Exclude<MatchDecision, { outcome: 'matched' }> | { readonly outcome: 'no_usable_face' },
  reason: OutcomeReason,
): Settlement => ({
  kind: 'sighting',
  ...replacing(context),
  sighting: {
    ...factsOf(context),
    outcome: decision.outcome,
    reason,
    ...('similarity' in decision && decision.similarity !== null ? { similarity: decision.similarity } : {}),
  },
});

/** Why a matched person is not named, or null when they may be. Without consent nobody learns that there was a match. */
export const refusalToName = (
  person: StoredPerson | null,
  site: Site,
): 'not_enrolled' | 'no_consent' | 'has_left' | 'other_site' | null => {
  if (person === null) return 'not_enrolled';
  if (person.consent === undefined) return 'no_consent';
  if (person.status !== 'active') return 'has_left';
  return person.site === site.id ? null : 'other_site';
};

/** The days of a person that were read; null where there are no punches. */
export type DaysRead = ReadonlyMap<LocalDate, StoredDay | null>;

/**
 * Settles a sighting of a person who may be named, or says which day has to be read before.
 * `claim` is the punch that an earlier attempt of the same passage made: a passage gives at most one.
 */
export const settleMatched = (
  context: SightingContext,
  { personId, similarity }: Match,
  claim: StoredClaim | null,
  days: DaysRead,
): Settlement | { readonly unread: LocalDate } => {
  const facts = factsOf(context);
  const { door, site, sighting, time } = context;
  if (claim !== null && claim.personId !== personId)
    return settleUnnamed(context, { outcome: 'ambiguous', similarity }, 'other_person_before');

  const settled = (rest: Partial<SettledSighting>) => ({
    kind: 'sighting' as const,
    ...replacing(context),
    named: { personId, site: site.id },
    sighting: { ...facts, outcome: 'matched' as const, personId, similarity, ...rest },
  });
  if (claim !== null) return settled({ reason: 'already_counted', direction: claim.direction });
  if (time.clock === 'unknown') {
    const { passageId, attempt, seq, bootId, monotonicMs } = sighting;
    const waits = { thing: door.thing, bootId, seq, passageId, attempt, monotonicMs };
    return { ...settled({ reason: 'time_unknown' }), waits };
  }

  const fact = { id: sighting.passageId, at: time.at, via: door.direction };
  const known = new Map([...days].map(([date, day]) => [date, day?.punches ?? []]));
  const added = addPunch(fact, known, site);
  if (added.kind === 'unread') return { unread: added.date };
  const { own, changed } = added;
  const isTooMuch = added.days.some(({ day }) => day.punches.length > maxPunchesOfDay);
  if (isTooMuch || changed.length > maxChanged) return settled({ reason: 'too_many_punches' });

  const versionOf = (date: LocalDate) => days.get(date)?.version ?? 0;
  const counting = own.suppressedBy === null;
  return {
    ...settled({ direction: own.direction, ...(counting ? {} : { reason: 'duplicate_punch' as const }) }),
    attendance: {
      punch: {
        ...fact,
        personId,
        site: site.id,
        source: 'door',
        door: facts.door,
        similarity,
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
    },
  };
};
