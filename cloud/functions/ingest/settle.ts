import type { Instant } from '#contract/names.ts';
import type { OutcomeReason } from '#contract/reason.ts';
import type { Sighting } from '#contract/sighting.ts';
import { type DayPunch, deriveDay } from '../../domain/attendance-day.ts';
import { addDays, dayBounds, type LocalDate, localDate } from '../../domain/local-time.ts';
import type { MatchDecision } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import type {
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredPunch,
  StoredSighting,
} from '../table/items.ts';

/** A stored sighting, with a reason that there are words for. */
export type SettledSighting = StoredSighting & { readonly reason?: OutcomeReason | undefined };

/** What is to be written for one sighting, all of it or nothing. */
export type Settlement = {
  readonly sighting: SettledSighting;
  /** Present when the sighting makes a punch. */
  readonly attendance?: {
    readonly punch: StoredPunch;
    readonly day: StoredDay;
    /** Earlier punches of the day that this one made count differently. */
    readonly changed: readonly { readonly at: Instant; readonly punch: DayPunch }[];
  };
};

/** What every settlement of a sighting starts from. */
export type SightingContext = {
  readonly sighting: Sighting;
  readonly receivedAt: Instant;
  readonly door: StoredDoor;
  readonly site: Site;
};

/** The part of a stored sighting that does not depend on the outcome. */
const sightingFacts = ({ sighting, receivedAt, door, site }: SightingContext) => ({
  passageId: sighting.passageId,
  attempt: sighting.attempt,
  seq: sighting.seq,
  door: { thing: door.thing, name: door.name },
  site: site.id,
  capturedAt: sighting.capturedAt,
  receivedAt,
});

/** Settles a sighting that names nobody. */
export const settleUnnamed = (
  context: SightingContext,
  decision: Exclude<MatchDecision, { outcome: 'matched' }> | { readonly outcome: 'no_usable_face' },
  reason: OutcomeReason,
): Settlement => ({
  sighting: {
    ...sightingFacts(context),
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

/** The local dates whose days decide about a punch: its own, and the day before while a duplicate could reach across midnight. */
export const datesFor = (at: Instant, site: Site): readonly [LocalDate, ...LocalDate[]] => {
  const date = localDate(at, site.timeZone);
  const sinceMidnightMs = Date.parse(at) - Date.parse(dayBounds(date, site.timeZone).start);
  return sinceMidnightMs < site.duplicatePunchMinutes * 60_000 ? [date, addDays(date, -1)] : [date];
};

/**
 * Settles a sighting of a person who may be named.
 * `claim` is the punch that an earlier attempt of the same passage made: a passage gives at most one.
 */
export const settleMatched = (
  context: SightingContext,
  match: { readonly personId: string; readonly similarity: number },
  claim: StoredClaim | null,
  days: readonly StoredDay[],
): Settlement => {
  const facts = sightingFacts(context);
  const { personId, similarity } = match;
  if (claim !== null && claim.personId !== personId) {
    return { sighting: { ...facts, outcome: 'ambiguous', reason: 'other_person_before', similarity } };
  }
  const matched = { ...facts, outcome: 'matched' as const, personId, similarity };
  if (claim !== null) {
    return { sighting: { ...matched, reason: 'already_counted', direction: claim.direction } };
  }

  const { door, site, sighting } = context;
  const [date, dayBefore] = datesFor(sighting.capturedAt, site);
  const day = days.find((candidate) => candidate.date === date);
  const known = new Map(day?.punches.map((punch) => [punch.id, punch]));
  const before = days.find((candidate) => candidate.date === dayBefore)?.punches.findLast(counts);
  const derived = deriveDay(
    [...known.values(), { id: sighting.passageId, at: sighting.capturedAt, via: door.direction }],
    { duplicatePunchMinutes: site.duplicatePunchMinutes, before },
  );
  const own = derived.punches.find((punch) => punch.id === sighting.passageId);
  if (own === undefined) throw new Error('deriveDay lost a punch');
  const { direction, suppressedBy } = own;

  return {
    sighting: { ...matched, direction, ...(suppressedBy === null ? {} : { reason: 'duplicate_punch' }) },
    attendance: {
      punch: {
        id: sighting.passageId,
        personId,
        at: sighting.capturedAt,
        site: site.id,
        source: 'door',
        via: door.direction,
        door: facts.door,
        similarity,
        direction,
        ...(suppressedBy === null ? {} : { suppressedBy }),
      },
      day: {
        ...derived,
        punches: [...derived.punches],
        personId,
        site: site.id,
        date,
        version: (day?.version ?? 0) + 1,
      },
      changed: derived.punches
        .filter((punch) => isChanged(punch, known.get(punch.id)))
        .map((punch) => ({ at: punch.at, punch })),
    },
  };
};

const counts = (punch: DayPunch): boolean => punch.suppressedBy === null;

const isChanged = (now: DayPunch, before: DayPunch | undefined): boolean =>
  before !== undefined && (before.direction !== now.direction || before.suppressedBy !== now.suppressedBy);
