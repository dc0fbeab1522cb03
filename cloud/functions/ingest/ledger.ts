import type { BootClock } from '../../domain/capture-time.ts';
import type {
  StoredClaim,
  StoredDay,
  StoredDoor,
  StoredPerson,
  StoredReceipt,
  StoredSighting,
  StoredUntimed,
} from '../table/items.ts';
import type { BoughtSearch } from '../usage/search-count.ts';
import type { Settlement } from './settle.ts';

/** Everything already known about a passage. */
type KnownPassage = {
  readonly sightings: readonly StoredSighting[];
  /** Passages without a picture under the same id. */
  readonly passages: readonly StoredSighting[];
  readonly claim: StoredClaim | null;
};

/** What ingest reads and writes. Every write may be repeated without effect. */
export interface Ledger {
  findDoor(thing: string): Promise<StoredDoor | null>;
  findPassage(passageId: string): Promise<KnownPassage>;
  /** A person and those of the days that have punches. */
  findPerson(
    personId: string,
    dates: readonly string[],
  ): Promise<{ readonly person: StoredPerson | null; readonly days: readonly StoredDay[] }>;
  /** All of a settlement or nothing; `raced` when something that it was based on has changed since it was read. */
  commit(settlement: Settlement): Promise<'done' | 'raced'>;
  /** Counts a search that was answered and whose settlement is not written: somebody else was faster, or it failed. */
  countSearch(bought: BoughtSearch): Promise<void>;
  /** Notes that a delivery has arrived although it failed. */
  noteReceipt(receipt: StoredReceipt): Promise<void>;
  findBoot(thing: string, bootId: string): Promise<BootClock | null>;
  /** Keeps what a boot's clock is, unless as much is known already: the first wins, a synced clock over any other. */
  learnBoot(thing: string, bootId: string, clock: BootClock): Promise<BootClock>;
  /** Matched sightings that wait for the clock of this boot. */
  findUntimed(thing: string, bootId: string): Promise<readonly StoredUntimed[]>;
}
