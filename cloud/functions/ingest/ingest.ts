import type { RejectionReason } from '#contract/reason.ts';
import type { Verdict } from '#contract/verdict.ts';
import { type Candidate, decideMatch } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import { RetryLater, whoMustAct } from '../errors.ts';
import { type Log, sightingId } from '../log.ts';
import type { StoredClaim, StoredDay, StoredDoor, StoredPerson, StoredSighting } from '../table/items.ts';
import {
  type Delivery,
  parseDelivery,
  type RejectedDelivery,
  rejected,
  type SightingDelivery,
  unreadable,
} from './delivery.ts';
import {
  datesFor,
  refusalToName,
  type SettledSighting,
  type Settlement,
  settleMatched,
  settleUnnamed,
} from './settle.ts';
import { verdictFor } from './verdict-for.ts';

/** What ingest reads and writes. Every write may be repeated without effect. */
export interface Ledger {
  findDoor(thing: string): Promise<StoredDoor | null>;
  /** Everything already known about a passage. */
  findPassage(passageId: string): Promise<{
    readonly sightings: readonly StoredSighting[];
    readonly claim: StoredClaim | null;
  }>;
  findPerson(
    personId: string,
    dates: readonly string[],
  ): Promise<{ readonly person: StoredPerson | null; readonly days: readonly StoredDay[] }>;
  /** `raced` when something that the settlement was based on has changed since it was read. */
  commit(settlement: Settlement): Promise<'done' | 'raced'>;
}

export type SearchResult =
  | { readonly kind: 'faces'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'no_face' };

export type IngestDeps = {
  readonly ledger: Ledger;
  /** Searches the collection for the largest face of a JPEG. */
  readonly searchFaces: (image: Uint8Array) => Promise<SearchResult>;
  readonly sendVerdict: (thing: string, verdict: Verdict) => Promise<void>;
  readonly sites: readonly Site[];
  readonly log: Log;
};

const hasPunch = (days: readonly StoredDay[], id: string): boolean =>
  days.some((day) => day.punches.some((punch) => punch.id === id));

/** How often a settlement that lost a race is made anew before Lambda tries the whole event again. */
const maxTries = 5;

/**
 * One delivery of a door, from the rule's event to the verdict. Safe to run any number of times for the same event:
 * a passage gives one punch, a sighting is searched for once it is not yet in the table, and every run sends the verdict.
 */
export const makeIngest = (deps: IngestDeps): ((event: unknown) => Promise<void>) => {
  const { ledger, log, searchFaces, sendVerdict } = deps;

  const ingest = async (delivery: Delivery): Promise<void> => {
    if (delivery.kind === 'rejected') return reject(delivery, await ledger.findDoor(delivery.thing));
    const door = await ledger.findDoor(delivery.thing);
    if (door === null) return reject(refuse(delivery, 'unknown_door'), null);
    const site = deps.sites.find((candidate) => candidate.id === door.site);
    if (site === undefined) return reject(refuse(delivery, 'unknown_site'), null);

    if (delivery.kind === 'sighting') return settle(delivery, door, site);
    const { passage, receivedAt } = delivery;
    await ledger.commit({
      sighting: {
        passageId: passage.passageId,
        attempt: 1,
        seq: passage.seq,
        door: { thing: door.thing, name: door.name },
        site: site.id,
        capturedAt: passage.capturedAt,
        receivedAt,
        outcome: 'no_usable_face',
        reason: passage.reason,
      },
    });
    log.info('passage.recorded', { passage: passage.passageId, thing: door.thing, reason: passage.reason });
  };

  const settle = async (delivery: SightingDelivery, door: StoredDoor, site: Site): Promise<void> => {
    const { sighting, image, receivedAt, thing } = delivery;
    const { passageId, attempt, capturedAt } = sighting;
    const context = { sighting, receivedAt, door, site };
    const startedMs = performance.now();
    let found: SearchResult | undefined;

    for (let tries = 1; tries <= maxTries; tries += 1) {
      const known = await ledger.findPassage(passageId);
      // A passage belongs to the door that began it: whoever replays another's id must not learn its verdict.
      if (known.sightings.some((earlier) => earlier.door.thing !== thing)) {
        return reject(unreadable(delivery, image, 'passage_of_another_door'), door);
      }
      const earlier = known.sightings.find((candidate) => candidate.attempt === attempt);
      if (earlier !== undefined) return answerAgain(earlier, site);

      found ??= await searchFaces(image);
      const decided = await decide(found, known.claim);
      if (decided === 'raced' || (await ledger.commit(decided.settlement)) === 'raced') continue;
      const { settlement, name } = decided;

      const stored = settlement.sighting;
      log.info('sighting.settled', {
        sighting: sightingId(passageId, attempt),
        thing,
        outcome: stored.outcome,
        reason: stored.reason ?? null,
        similarity: stored.similarity ?? null,
        tries,
        ms: Math.round(performance.now() - startedMs),
      });
      return sendVerdict(thing, verdictFor(stored, name));
    }
    throw new RetryLater('lost_every_race');

    async function decide(
      result: SearchResult,
      claim: StoredClaim | null,
    ): Promise<{ settlement: Settlement; name?: string } | 'raced'> {
      if (result.kind === 'no_face') {
        return { settlement: settleUnnamed(context, { outcome: 'no_usable_face' }, 'no_face_found') };
      }
      const decision = decideMatch(result.candidates, site);
      if (decision.outcome !== 'matched') {
        const reason = decision.outcome === 'unknown' ? 'no_match' : 'several_people';
        return { settlement: settleUnnamed(context, decision, reason) };
      }
      const { person, days } = await ledger.findPerson(decision.personId, datesFor(capturedAt, site));
      const refusal = refusalToName(person, site);
      if (person === null || refusal !== null) {
        const unknown = { outcome: 'unknown', similarity: null } as const;
        return { settlement: settleUnnamed(context, unknown, refusal ?? 'not_enrolled') };
      }
      // Another delivery of this passage was settled between the two reads: the day knows it, the claim that we hold does not.
      if (claim === null && hasPunch(days, passageId)) return 'raced';
      return { settlement: settleMatched(context, decision, claim, days), name: person.name };
    }
  };

  /** The verdict of a sighting that is already settled; the name is read afresh, because consent may have gone. */
  const answerAgain = async (earlier: StoredSighting, site: Site): Promise<void> => {
    const { thing } = earlier.door;
    const sighting = sightingId(earlier.passageId, earlier.attempt);
    log.info('sighting.redelivered', { sighting, thing, outcome: earlier.outcome });
    let name: string | undefined;
    if (earlier.outcome === 'matched' && earlier.personId !== undefined) {
      const { person } = await ledger.findPerson(earlier.personId, []);
      name = refusalToName(person, site) === null ? person?.name : undefined;
    }
    await sendVerdict(thing, verdictFor(earlier, name));
  };

  const reject = async (delivery: RejectedDelivery, door: StoredDoor | null): Promise<void> => {
    const { thing, passageId, attempt, capturedAt, receivedAt, outcome, reason, seq } = delivery;
    const stored: SettledSighting = {
      passageId,
      attempt,
      ...(seq === null ? {} : { seq }),
      door: { thing, name: door?.name ?? thing },
      ...(door === null ? {} : { site: door.site }),
      capturedAt,
      receivedAt,
      outcome,
      reason,
    };
    await ledger.commit({ sighting: stored });
    log.warn('delivery.rejected', { sighting: sightingId(passageId, attempt), thing, reason });
    if (delivery.answerable) await sendVerdict(thing, verdictFor(stored));
  };

  return async (event) => {
    try {
      await ingest(parseDelivery(event));
    } catch (error) {
      const thrown = whoMustAct(error);
      log.error('delivery.failed', { code: thrown.code, cause: causeName(thrown) });
      throw thrown;
    }
  };
};

const refuse = (delivery: Exclude<Delivery, RejectedDelivery>, reason: RejectionReason): RejectedDelivery =>
  delivery.kind === 'sighting'
    ? rejected(delivery, delivery.sighting, reason)
    : { ...rejected(delivery, { ...delivery.passage, attempt: 1 }, reason), answerable: false };

const causeName = (error: Error): string => (error.cause instanceof Error ? error.cause.name : error.name);
