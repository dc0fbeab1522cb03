import type { Instant } from '#contract/names.ts';
import type { SeqRange, StoredGap, StoredSequence } from '../table/items.ts';

/** Which numbers of a range have arrived, ascending, each once. Only below `completeTo` is that the whole truth. */
export type Arrived = { readonly seqs: readonly number[]; readonly completeTo: number };

/** What the gap detector reads and writes. A write that was based on what has changed since is `raced` and changes nothing. */
export interface DoorSequences {
  find(thing: string): Promise<StoredSequence | null>;
  /**
   * Settled, refused or waiting, since the door counts as it does. At least one number of the range is told for sure, and as
   * many as one call should read.
   */
  arrived(thing: string, range: SeqRange, countedFrom: Instant | undefined): Promise<Arrived>;
  /** Keeps how far a door is looked through together with what was noticed missing, or neither. */
  save(sequence: StoredSequence, noticed: StoredGap | null): Promise<'done' | 'raced'>;
  /** Gaps that are not closed and were noticed since then, the newest first. */
  openGaps(since: Instant): Promise<readonly StoredGap[]>;
  /**
   * Whether a delivery of the door that failed still waits to be settled, of those that came since then. Receipts of what is settled
   * are taken away.
   */
  waits(thing: string, since: Instant): Promise<boolean>;
  saveGap(gap: StoredGap): Promise<'done' | 'raced'>;
  /** Takes away what was noticed but never raised. */
  forgetGap(gap: StoredGap): Promise<'done' | 'raced'>;
  /** Whatever else has changed of the gap since. */
  markAnnounced(gap: StoredGap, at: Instant): Promise<void>;
}
