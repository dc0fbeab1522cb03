import type { OutcomeReason } from '#contract/reason.ts';
import type { Sighting } from '#contract/sighting.ts';
import type { CaptureTime } from '../../domain/capture-time.ts';
import type { LocalDate } from '../../domain/local-time.ts';
import type { MatchDecision } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import { type Attendance, attend, type DaysRead } from '../punches/attendance.ts';
import type { StoredClaim, StoredDoor, StoredSighting, StoredUntimed } from '../table/items.ts';
import type { BoughtSearch } from '../usage/search-count.ts';

/** A stored sighting, with a reason that there are words for. */
export type SettledSighting = StoredSighting & { readonly reason?: OutcomeReason | undefined };

/** What is to be written for one sighting, or one passage without a picture: all of it or nothing. */
export type Settlement = {
  readonly kind: 'sighting' | 'passage';
  readonly sighting: SettledSighting;
  /** Whom it names: they must still consent when it is written. */
  readonly named?: { readonly personId: string; readonly site: string };
  /** Present when the sighting makes a punch. */
  readonly attendance?: Attendance;
  /** The search that this is the answer to, to be counted with it. */
  readonly bought?: BoughtSearch;
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

  const punch = { id: sighting.passageId, personId, at: time.at, via: door.direction };
  const attendance = attend({ ...punch, source: 'door', door: facts.door, similarity }, days, site);
  if (attendance === 'too_many_punches') return settled({ reason: attendance });
  if ('unread' in attendance) return attendance;
  const { direction, suppressedBy } = attendance.punch;
  return {
    ...settled({ direction, ...(suppressedBy === undefined ? {} : { reason: 'duplicate_punch' as const }) }),
    attendance,
  };
};
