import type { Passage, Sighting } from '#contract/sighting.ts';

/** What waits to be delivered: a picture with its facts, or the facts of a passage without a usable face. */
export type Entry =
  | { readonly kind: 'sighting'; readonly facts: Sighting; readonly jpeg: Buffer }
  | { readonly kind: 'passage'; readonly facts: Passage };

/** An entry before the outbox has given it its gap-free sequence number. */
export type NewEntry =
  | { readonly kind: 'sighting'; readonly facts: Omit<Sighting, 'seq'>; readonly jpeg: Buffer }
  | { readonly kind: 'passage'; readonly facts: Omit<Passage, 'seq'> };

/** The durable queue between the eyes and the network. */
export interface Outbox {
  /** Resolves with the entry's sequence number once it would survive a power cut. */
  add(entry: NewEntry): Promise<number>;
}
