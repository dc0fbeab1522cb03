import * as z from 'zod';
import { Instant, Serial, SiteId } from '#contract/names.ts';
import { Direction, DoorDirection, Outcome, PunchSource } from '#contract/outcome.ts';
import { AgentReport } from '#contract/shadow.ts';

/**
 * The items of the table as they are read back, keys and index attributes left out.
 * An optional attribute is absent, never null, so that a condition can ask for its existence.
 */

export const StoredPerson = z.object({
  id: z.string(),
  name: z.string(),
  number: z.string(),
  site: SiteId,
  status: z.enum(['active', 'left']),
  /** Absent without consent. */
  consent: z.object({ version: z.string(), language: z.string(), at: Instant, by: z.string() }).optional(),
  createdAt: Instant,
});
export type StoredPerson = z.infer<typeof StoredPerson>;

/** What a punch records at the door, plus what its day makes of it (`direction`, `suppressedBy`). */
export const StoredPunch = z.object({
  id: z.string(),
  personId: z.string(),
  at: Instant,
  site: SiteId,
  source: PunchSource,
  via: DoorDirection,
  door: z.object({ thing: z.string(), name: z.string() }).optional(),
  similarity: z.number().optional(),
  direction: Direction,
  /** The punch that makes this one a duplicate; absent when this one counts. */
  suppressedBy: z.string().optional(),
});
export type StoredPunch = z.infer<typeof StoredPunch>;

/** An attendance day with its punches. `version` grows by one with every write and guards against lost updates. */
export const StoredDay = z.object({
  personId: z.string(),
  site: SiteId,
  date: z.iso.date(),
  version: z.int().positive(),
  punches: z.array(
    z.object({
      id: z.string(),
      at: Instant,
      via: DoorDirection,
      direction: Direction,
      suppressedBy: z.string().nullable(),
    }),
  ),
  state: Direction.nullable(),
  since: Instant.nullable(),
  firstIn: Instant.nullable(),
  lastOut: Instant.nullable(),
});
export type StoredDay = z.infer<typeof StoredDay>;

/** One delivered sighting (or passage without a face) with its outcome. No picture, no name. */
export const StoredSighting = z.object({
  passageId: z.string(),
  attempt: z.int().min(1).max(2),
  /** Counter of the door; absent when the door's own words could not be read. */
  seq: z.int().optional(),
  door: z.object({ thing: z.string(), name: z.string() }),
  /** Absent when the door is not known, and then in no site's list. */
  site: SiteId.optional(),
  capturedAt: Instant,
  /** How `capturedAt` is known; `unknown` = the receipt stands in for it. Absent where the door's own words could not be read. */
  clock: z.enum(['synced', 'corrected', 'unknown']).optional(),
  receivedAt: Instant,
  outcome: Outcome,
  reason: z.string().optional(),
  personId: z.string().optional(),
  direction: Direction.optional(),
  similarity: z.number().optional(),
});
export type StoredSighting = z.infer<typeof StoredSighting>;

/** The claim of a passage, or of anything else that makes a punch, to its one punch. */
export const StoredClaim = z.object({
  passageId: z.string(),
  personId: z.string(),
  direction: Direction,
  /** The punch's instant, which leads to it. */
  at: Instant,
});
export type StoredClaim = z.infer<typeof StoredClaim>;

/** A delivery that failed and is tried again: it has arrived, so its sequence number is no gap. */
export const StoredReceipt = z.object({
  passageId: z.string(),
  attempt: z.int().min(1).max(2),
  seq: z.int().nonnegative(),
  thing: z.string(),
  receivedAt: Instant,
  /** The newest failure. */
  failedAt: Instant,
  /** Code of the error that it failed with. */
  code: z.string(),
});
export type StoredReceipt = z.infer<typeof StoredReceipt>;

/** Wall time minus monotonic time of one boot of a door (cloud/domain/capture-time.ts). */
export const StoredBoot = z.object({
  thing: z.string(),
  bootId: z.string(),
  offsetMs: z.int(),
  source: z.enum(['synced', 'receipt']),
});
export type StoredBoot = z.infer<typeof StoredBoot>;

/** A matched sighting without a time: what is needed, beside its record, to count it once its boot's clock is known. */
export const StoredUntimed = z.object({
  thing: z.string(),
  bootId: z.string(),
  seq: z.int().nonnegative(),
  passageId: z.string(),
  attempt: z.int().min(1).max(2),
  monotonicMs: z.number().nonnegative(),
});
export type StoredUntimed = z.infer<typeof StoredUntimed>;

/** Sequence numbers next to each other, both ends included. */
export const SeqRange = z.object({ from: z.int().nonnegative(), to: z.int().nonnegative() });
export type SeqRange = z.infer<typeof SeqRange>;

/** What a door last reported, and how far its counter is looked through. `version` grows by one with every write. */
export const StoredSequence = z.object({
  thing: z.string(),
  version: z.int().positive(),
  ...AgentReport.pick({ undelivered: true, waiting: true, clock: true, bootId: true, monotonicMs: true })
    .shape,
  /** By the broker's clock. */
  reportedAt: Instant,
  /** Everything below has arrived or is in a gap. */
  verified: z.int().nonnegative(),
  /** Since when the door counts as it does; what was received before bears numbers of an earlier count. Absent for the first. */
  countedFrom: Instant.optional(),
  /** Everything that the door saw until then is in the table. Absent until it has said so once. */
  syncedThrough: Instant.optional(),
});
export type StoredSequence = z.infer<typeof StoredSequence>;

/**
 * Sequence numbers that were missing when their door said they were delivered. Only with `raisedAt` is it an event that anyone is
 * told of: most of what is noticed arrives within seconds, and its item goes again.
 */
export const StoredGap = z.object({
  thing: z.string(),
  version: z.int().positive(),
  noticedAt: Instant,
  /** The lowest number that was missing at first: part of the key. */
  lowest: z.int().nonnegative(),
  countedFrom: Instant.optional(),
  /** What is still missing, lowest first. */
  missing: z.array(SeqRange),
  raisedAt: Instant.optional(),
  /** What was missing when it was raised. */
  raised: z.array(SeqRange).optional(),
  /** When it was last tried to tell people, and when that succeeded. */
  announcingAt: Instant.optional(),
  announcedAt: Instant.optional(),
  /** When nothing was missing any more. */
  closedAt: Instant.optional(),
});
export type StoredGap = z.infer<typeof StoredGap>;

export const StoredDoor = z.object({
  thing: z.string(),
  serial: Serial,
  name: z.string(),
  site: SiteId,
  direction: DoorDirection,
});
export type StoredDoor = z.infer<typeof StoredDoor>;

/** A serial on the allow-list, before and after its door has bound it to a key. */
export const StoredSerial = StoredDoor.extend({
  state: z.enum(['allowed', 'bound']),
  /** SHA-256 of the one-time code, hex. */
  codeHash: z.string(),
  allowedAt: Instant,
  expiresAt: Instant,
  /** SHA-256 of the public key (SPKI, DER) that the serial belongs to, hex. */
  keyFingerprint: z.string().optional(),
});
export type StoredSerial = z.infer<typeof StoredSerial>;

/** What HR decided about a user. `version` grows by one with every change; absent where nothing is stored yet. */
export const StoredLink = z.object({
  personId: z.string().optional(),
  sites: z.array(SiteId),
  version: z.int().positive().optional(),
});
export type StoredLink = z.infer<typeof StoredLink>;
