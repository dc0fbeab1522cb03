import { type BootClock, bootClockFrom, captureTime, type DoorTime } from '../../domain/capture-time.ts';
import { RetryLater } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SiteDirectory } from '../sites/site-directory.ts';
import type { StoredUntimed } from '../table/items.ts';
import type { Ledger } from './ledger.ts';
import { settleMatch } from './settle-match.ts';

/** What is known of the clocks of the doors' boots, and what waits for it. */
export interface BootClocks {
  /** The clock of a delivery's boot, or null when nothing told it yet. Learns from the delivery itself. */
  of(thing: string, bootId: string, time: DoorTime, receivedAt: string): Promise<BootClock | null>;
  /** Takes in what something else told, such as a door's report, and settles what waited for it. */
  learn(thing: string, bootId: string, clock: BootClock): Promise<BootClock>;
}

/** Boots that one execution environment remembers; every door has one at a time. */
const maxRemembered = 2_000;
const maxTries = 5;

/**
 * Keeps one offset per boot. Passages from before the clock was set are delivered before the first one that tells it, so
 * whoever learns an offset, or meets it for the first time, settles what has waited: nothing is remembered until that is done.
 */
export const makeBootClocks = (deps: {
  readonly ledger: Ledger;
  readonly sites: Pick<SiteDirectory, 'find'>;
  readonly log: Pick<Log, 'info'>;
}): BootClocks => {
  const { ledger, log } = deps;
  const remembered = new Map<string, BootClock>();

  const keep = async (thing: string, bootId: string, clock: BootClock): Promise<BootClock> => {
    for (const untimed of await ledger.findUntimed(thing, bootId)) await date(untimed, clock);
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= maxRemembered) remembered.delete(oldest);
    remembered.set(`${thing} ${bootId}`, clock);
    return clock;
  };

  const learn = async (thing: string, bootId: string, told: BootClock): Promise<BootClock> => {
    const clock = await ledger.learnBoot(thing, bootId, told);
    if (clock === told) log.info('clock.learned', { thing, boot: bootId, source: clock.source });
    return keep(thing, bootId, clock);
  };

  /** Settles one sighting anew, now that it has a time. The search is not repeated: the record holds its result. */
  const date = async (untimed: StoredUntimed, boot: BootClock): Promise<void> => {
    const { thing, passageId, attempt, monotonicMs } = untimed;
    const door = await ledger.findDoor(thing);
    if (door === null) return;
    const site = (await deps.sites.find(door.site))?.site;
    if (site === undefined) return;
    for (let tries = 1; tries <= maxTries; tries += 1) {
      const known = await ledger.findPassage(passageId);
      const stored = known.sightings.find((sighting) => sighting.attempt === attempt);
      if (stored?.reason !== 'time_unknown' || stored.personId === undefined) return;
      const { receivedAt, personId, similarity = 0 } = stored;
      const time = captureTime({ clock: 'unsynced', capturedAt: receivedAt, monotonicMs }, receivedAt, boot);
      if (time.clock === 'unknown') return;
      const sighting = { ...untimed, attempt: stored.attempt as 1 | 2 };
      const context = { sighting, time, receivedAt, door, site, waited: untimed };
      const decided = await settleMatch(ledger, context, { personId, similarity }, known.claim);
      if (decided === 'raced' || (await ledger.commit(decided.settlement)) === 'raced') continue;
      const { outcome, reason = null } = decided.settlement.sighting;
      log.info('sighting.dated', { thing, passageId, attempt, seq: untimed.seq, outcome, reason });
      return;
    }
    throw new RetryLater('lost_every_race');
  };

  return {
    async of(thing, bootId, time, receivedAt) {
      const known = remembered.get(`${thing} ${bootId}`);
      const told = bootClockFrom(time, receivedAt);
      const isBetter = told?.source === 'synced' && known?.source !== 'synced';
      if (known !== undefined && !isBetter) return known;
      if (told !== null) return learn(thing, bootId, told);
      const stored = await ledger.findBoot(thing, bootId);
      return stored === null ? null : keep(thing, bootId, stored);
    },
    learn,
  };
};
