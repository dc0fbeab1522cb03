import type { RejectionReason } from '#contract/reason.ts';
import type { Verdict } from '#contract/verdict.ts';
import { captureTime } from '../../domain/capture-time.ts';
import { type Candidate, decideMatch } from '../../domain/match.ts';
import type { Site } from '../../domain/site.ts';
import { causeName, RetryLater, whoMustAct } from '../errors.ts';
import type { DeliveryIds, Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { refusalToCount } from '../punches/attendance.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import { pauseAfterRace } from '../table/conditional-write.ts';
import type { StoredClaim, StoredDoor, StoredSighting } from '../table/items.ts';
import type { SearchGuard } from '../usage/search-guard.ts';
import type { BootClocks } from './boot-clocks.ts';
import {
  type Delivery,
  idsOf,
  type PassageDelivery,
  parseDelivery,
  type RejectedDelivery,
  refused,
  type SightingDelivery,
  unowned,
} from './delivery.ts';
import type { Ledger } from './ledger.ts';
import { type Found, makeOneSearch, type OneSearch } from './one-search.ts';
import type { Remaining } from './patient-search.ts';
import { type SettledSighting, type SightingContext, settleUnnamed } from './settle.ts';
import { type Decided, settleMatch } from './settle-match.ts';
import { verdictFor } from './verdict-for.ts';

/** What a search says: faces that resemble, none in the picture, or that the picture itself is refused. */
export type SearchResult =
  | { readonly kind: 'faces'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'no_face' }
  | { readonly kind: 'refused'; readonly reason: RejectionReason };

export type IngestDeps = {
  readonly ledger: Ledger;
  readonly clocks: BootClocks;
  /** Searches the collection for the largest face of a JPEG, waiting its turn within what is left of the invocation. */
  readonly searchFaces: (
    image: Uint8Array,
    remainingMs: Remaining,
    ids: DeliveryIds,
  ) => Promise<SearchResult>;
  readonly sendVerdict: (thing: string, verdict: Verdict) => Promise<void>;
  readonly sites: Pick<SiteDirectory, 'find'>;
  readonly guard: SearchGuard;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
};

/** One delivery of a door, as a rule hands it over. Resolves when it needs no other try. */
export type Ingest = (event: unknown, remainingMs: Remaining) => Promise<void>;

/** How often a settlement that lost a race is made anew before Lambda tries the whole event again. */
const maxTries = 8;

/**
 * From a rule's event to the verdict. Safe to run any number of times for the same event, in any order and at once:
 * a passage gives one punch, a sighting is searched for only while it is not in the table, and every run sends the verdict.
 * What a door got wrong is recorded and done with; what fails is noted as received and thrown, to be tried again.
 */
export const makeIngest = (deps: IngestDeps): Ingest => {
  const { ledger, clocks, log, metrics, now, sendVerdict } = deps;

  const ingest = async (delivery: Delivery, remainingMs: Remaining): Promise<void> => {
    const door = await ledger.findDoor(delivery.thing);
    if (delivery.kind === 'rejected') return reject(delivery, door);
    if (door === null) return reject(refused(delivery, 'unknown_door'), null);
    const site = (await deps.sites.find(door.site))?.site;
    if (site === undefined) return reject(refused(delivery, 'unknown_site'), null);
    return delivery.kind === 'sighting'
      ? settle(delivery, door, site, remainingMs)
      : record(delivery, door, site);
  };

  const settle = async (
    delivery: SightingDelivery,
    door: StoredDoor,
    site: Site,
    remainingMs: Remaining,
  ): Promise<void> => {
    const { image } = delivery;
    const picture = { image, remainingMs, ids: idsOf(delivery), site: site.id };
    const search = makeOneSearch(deps, picture);
    try {
      await settleBy(search, delivery, door, site);
    } finally {
      await search.countRest();
    }
  };

  const settleBy = async (
    search: OneSearch,
    delivery: SightingDelivery,
    door: StoredDoor,
    site: Site,
  ): Promise<void> => {
    const { sighting, receivedAt, thing } = delivery;
    const { passageId, attempt, bootId } = sighting;
    const ids = idsOf(delivery);
    const startedMs = now();

    for (let tries = 1; tries <= maxTries; tries += 1) {
      if (tries > 1) await pauseAfterRace(tries);
      const known = await ledger.findPassage(passageId);
      // A passage belongs to the door that began it: whoever replays another's id must not learn its verdict.
      if (isOfAnotherDoor(known, thing)) return reject(unowned(delivery), door);
      const earlier = known.sightings.find((candidate) => candidate.attempt === attempt);
      if (earlier !== undefined) return answerAgain(earlier, site, ids);

      const boot = await clocks.of(thing, bootId, sighting, receivedAt);
      const time = captureTime(sighting, receivedAt, boot);
      const found = await search.find();
      if (found.kind === 'refused') return reject(refused(delivery, found.reason), door);

      const decided = await decide({ sighting, time, receivedAt, door, site }, found, known.claim);
      if (decided === 'raced') continue;
      const { name } = decided;
      const bought = search.uncounted;
      const settlement = { ...decided.settlement, ...(bought === undefined ? {} : { bought }) };
      if ((await ledger.commit(settlement)) === 'raced') continue;
      search.markCounted();

      const stored = settlement.sighting;
      const settledMs = now();
      const { outcome, reason = null, similarity = null } = stored;
      const ms = settledMs - startedMs;
      log.info('sighting.settled', { ...ids, outcome, reason, similarity, clock: time.clock, tries, ms });
      metrics.put('Sightings', 1, outcome);
      if (reason === 'duplicate_punch') metrics.put('DuplicatePunches', 1);
      metrics.put('StageLatency', search.ms, 'search');
      metrics.put('StageLatency', ms - search.ms, 'settle');
      await sendVerdict(thing, verdictFor(stored, name));
      metrics.put('StageLatency', now() - settledMs, 'verdict');
      if (time.clock === 'unknown') return;
      const capturedMs = Date.parse(time.at);
      // A door's clock may be a little ahead.
      metrics.put('StageLatency', Math.max(0, Date.parse(receivedAt) - capturedMs), 'door_to_cloud');
      metrics.put('StageLatency', Math.max(0, now() - capturedMs), 'total');
      return;
    }
    throw new RetryLater('lost_every_race');
  };

  const decide = async (
    context: SightingContext,
    found: Exclude<Found, { kind: 'refused' }>,
    claim: StoredClaim | null,
  ): Promise<Decided> => {
    if (found.kind === 'no_face')
      return { settlement: settleUnnamed(context, { outcome: 'no_usable_face' }, 'no_face_found') };
    if (found.kind === 'not_searched')
      return {
        settlement: settleUnnamed(context, { outcome: 'unknown', similarity: null }, 'not_searched'),
      };
    const decision = decideMatch(found.candidates, context.site);
    if (decision.outcome === 'matched') return settleMatch(ledger, context, decision, claim);
    const reason = decision.outcome === 'unknown' ? 'no_match' : 'several_people';
    return { settlement: settleUnnamed(context, decision, reason) };
  };

  /** The verdict of a sighting that is already settled; the name is read afresh, because consent may have gone. */
  const answerAgain = async (earlier: StoredSighting, site: Site | null, ids: DeliveryIds): Promise<void> => {
    noteRedelivery(earlier, ids);
    let name: string | undefined;
    if (earlier.outcome === 'matched' && earlier.personId !== undefined && site !== null) {
      const { person } = await ledger.findPerson(earlier.personId, []);
      name = refusalToCount(person, site, { needsConsent: true }) === null ? person?.name : undefined;
    }
    await sendVerdict(ids.thing, verdictFor(earlier, name));
  };

  const noteRedelivery = (earlier: StoredSighting, ids: DeliveryIds): void => {
    log.info('sighting.redelivered', { ...ids, outcome: earlier.outcome });
    metrics.put('Redelivered', 1);
  };

  /** A passage without a usable face: nothing to search for, nobody to answer. */
  const record = async (delivery: PassageDelivery, door: StoredDoor, site: Site): Promise<void> => {
    const { passage, receivedAt, thing } = delivery;
    const { passageId, seq, bootId, reason } = passage;
    const ids = idsOf(delivery);
    const known = await ledger.findPassage(passageId);
    if (isOfAnotherDoor(known, thing)) return reject(unowned(delivery), door);
    const time = captureTime(passage, receivedAt, await clocks.of(thing, bootId, passage, receivedAt));
    const stored: SettledSighting = {
      passageId,
      attempt: 1,
      seq,
      door: { thing, name: door.name },
      site: site.id,
      capturedAt: time.at,
      clock: time.clock,
      receivedAt,
      outcome: 'no_usable_face',
      reason,
    };
    if (known.passages.some((earlier) => earlier.seq === seq)) return noteRedelivery(stored, ids);
    if ((await ledger.commit({ kind: 'passage', sighting: stored })) === 'raced')
      throw new RetryLater('lost_race');
    log.info('passage.recorded', { ...ids, reason });
    metrics.put('Sightings', 1, stored.outcome);
  };

  const reject = async (delivery: RejectedDelivery, door: StoredDoor | null): Promise<void> => {
    const { thing, passageId, attempt, capturedAt, receivedAt, outcome, reason, seq } = delivery;
    const ids = idsOf(delivery);
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
    if ((await ledger.commit({ kind: 'sighting', sighting: stored })) === 'raced') {
      const known = await ledger.findPassage(passageId);
      if (isOfAnotherDoor(known, thing)) return reject(unowned(delivery), door);
      const earlier = known.sightings.find((candidate) => candidate.attempt === attempt);
      if (earlier === undefined) throw new RetryLater('lost_race');
      return delivery.answerable ? answerAgain(earlier, null, ids) : noteRedelivery(earlier, ids);
    }
    log.warn('delivery.rejected', { ...ids, reason });
    metrics.put('Sightings', 1, outcome);
    metrics.put('Rejections', 1, reason);
    if (delivery.answerable) await sendVerdict(thing, verdictFor(stored));
  };

  /** A delivery that failed has arrived all the same: its sequence number is no gap, and its age is watched. */
  const noteFailure = async (delivery: Delivery, code: string): Promise<void> => {
    const { receivedAt } = delivery;
    const { seq, ...ids } = idsOf(delivery);
    metrics.put('OldestWaitingSeconds', Math.max(0, (now() - Date.parse(receivedAt)) / 1000));
    if (seq === null) return;
    const failedAt = new Date(now()).toISOString();
    try {
      await ledger.noteReceipt({ ...ids, seq, receivedAt, failedAt, code });
    } catch (error) {
      // The delivery itself is thrown below and so not lost; only the gap detector may ring for nothing.
      log.warn('receipt.failed', { ...ids, seq, cause: causeName(whoMustAct(error)) });
    }
  };

  return async (event, remainingMs) => {
    let delivery: Delivery | undefined;
    try {
      delivery = parseDelivery(event);
      await ingest(delivery, remainingMs);
    } catch (error) {
      const thrown = whoMustAct(error);
      const ids = delivery === undefined ? {} : idsOf(delivery);
      log.error('delivery.failed', { ...ids, code: thrown.code, cause: causeName(thrown) });
      if (delivery !== undefined) await noteFailure(delivery, thrown.code);
      throw thrown;
    }
  };
};

const isOfAnotherDoor = (
  { sightings, passages }: { sightings: readonly StoredSighting[]; passages: readonly StoredSighting[] },
  thing: string,
): boolean => [...sightings, ...passages].some((earlier) => earlier.door.thing !== thing);
