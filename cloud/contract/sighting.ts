import * as z from 'zod';
import { Instant } from './names.ts';

/** Bounds of a published crop. 128 KB is AWS IoT Core's message limit; 80 px is Rekognition's smallest image side. */
export const maxCropBytes = 120_000;
export const minCropSidePx = 80;

/** Facts that sightings, passages and eviction stubs share: who-when of a passage without saying where. */
export const PassageFacts = z.strictObject({
  v: z.literal(1),
  /** UUIDv7 made when the track begins. */
  passageId: z.uuidv7(),
  /** Instant of the chosen frame by the door's wall clock. */
  capturedAt: Instant,
  /** Per door, gap-free, shared by everything the door publishes. */
  seq: z.int().nonnegative(),
  /** Kernel boot id, so that monotonic times of two boots are never mixed. */
  bootId: z.uuid(),
  /** Monotonic milliseconds since boot at the instant of the chosen frame. */
  monotonicMs: z.number().nonnegative(),
  clock: z.enum(['synced', 'unsynced']),
  track: z.strictObject({ frames: z.int().positive(), first: Instant, last: Instant }),
});
export type PassageFacts = z.infer<typeof PassageFacts>;

/**
 * How good the chosen frame is: size = face width in px, sharpness 0..1, pose 0 (profile) .. 1 (frontal),
 * exposure = mean luma of the face 0..255, score 0..1 over all of them.
 */
export const Quality = z.strictObject({
  size: z.number().positive(),
  sharpness: z.number().min(0).max(1),
  pose: z.number().min(0).max(1),
  exposure: z.number().min(0).max(255),
  score: z.number().min(0).max(1),
});
export type Quality = z.infer<typeof Quality>;

/** The user property `sighting` beside a raw JPEG: attempt 1 of its passage, or 2 for the one allowed better picture. */
export const Sighting = PassageFacts.extend({
  attempt: z.union([z.literal(1), z.literal(2)]),
  quality: Quality,
  /** null = not measured on this door. A deterrent, never proof of life. */
  liveness: z.strictObject({ score: z.number().min(0).max(1), suspicious: z.boolean() }).nullable(),
});
export type Sighting = z.infer<typeof Sighting>;

/**
 * Why a passage produced no picture worth searching, or none any more: `suspicious` = held for a picture of a face where the door
 * is set to refuse those, `evicted` = the picture had to go because the outbox was full (an eviction stub).
 */
export const UnusableReason = z.enum([
  'too_small',
  'too_blurred',
  'not_frontal',
  'bad_light',
  'cut_off',
  'not_confirmed',
  'suspicious',
  'evicted',
]);
export type UnusableReason = z.infer<typeof UnusableReason>;

/** A passage without a usable face, published as JSON to the passages rule. */
export const Passage = PassageFacts.extend({ reason: UnusableReason });
export type Passage = z.infer<typeof Passage>;

/** What the sightings rule hands to ingest. `sighting` is still the untrusted JSON text of the door. */
export const SightingEvent = z.object({
  image: z.base64(),
  sighting: z.string().optional(),
  thingName: z.string().min(1),
  receivedAt: z.int().positive(),
});
export type SightingEvent = z.infer<typeof SightingEvent>;

/** What the passages rule hands to ingest: the untrusted message's bytes and the thing name that the broker vouches for. */
export const PassageEvent = z.object({
  passage: z.base64(),
  thingName: z.string().min(1),
  receivedAt: z.int().positive(),
});
export type PassageEvent = z.infer<typeof PassageEvent>;
