import type { Instant } from '#contract/names.ts';

/**
 * When a passage really was, whatever the door's wall clock said.
 *
 * A small computer without a battery starts in the past and learns the time from the network later. Its monotonic clock is right
 * from the first second, so one trusted pair of wall and monotonic time dates everything else of the same boot.
 */

/** What a door says about the instant of the chosen frame. */
export type DoorTime = {
  readonly capturedAt: Instant;
  /** Milliseconds since the boot. */
  readonly monotonicMs: number;
  readonly clock: 'synced' | 'unsynced';
};

/**
 * Wall time minus monotonic time of one boot, in milliseconds. `receipt` = the door's clock agreed with the broker's when a
 * passage was delivered at once: as good as right until a synced clock says better.
 */
export type BootClock = { readonly offsetMs: number; readonly source: 'synced' | 'receipt' };

/** How an instant is known; `unknown` = only that it was not after the receipt. */
type ClockTrust = 'synced' | 'corrected' | 'unknown';
export type CaptureTime = { readonly at: Instant; readonly clock: ClockTrust };

/** A passage that is delivered at once arrives within this time; a clock that is that close to the broker's has been set. */
const agreesWithinMs = 10_000;
/** A door says synced and is wrong: no clock is a day ahead, and no door was offline for more than a year. */
const maxAheadMs = 24 * 3_600_000;
const maxAgeMs = 366 * 24 * 3_600_000;

/** What one delivery tells about the clock of its boot, or null when it tells nothing. */
export const bootClockFrom = (time: DoorTime, receivedAt: Instant): BootClock | null => {
  const wallMs = Date.parse(time.capturedAt);
  const offsetMs = Math.round(wallMs - time.monotonicMs);
  if (time.clock === 'synced') return isPlausible(wallMs, receivedAt) ? { offsetMs, source: 'synced' } : null;
  const agrees = Math.abs(Date.parse(receivedAt) - wallMs) <= agreesWithinMs;
  return agrees ? { offsetMs, source: 'receipt' } : null;
};

/**
 * When a passage was: as a synced door says, else corrected by what is known of its boot. Without either the receipt stands in
 * for it, marked `unknown`, so that a list by time shows it where somebody looks.
 */
export const captureTime = (time: DoorTime, receivedAt: Instant, boot: BootClock | null): CaptureTime => {
  if (time.clock === 'synced' && isPlausible(Date.parse(time.capturedAt), receivedAt))
    return { at: time.capturedAt, clock: 'synced' };
  if (boot !== null) {
    const correctedMs = boot.offsetMs + time.monotonicMs;
    if (isPlausible(correctedMs, receivedAt))
      return { at: new Date(correctedMs).toISOString(), clock: 'corrected' };
  }
  return { at: receivedAt, clock: 'unknown' };
};

const isPlausible = (wallMs: number, receivedAt: Instant): boolean => {
  const receivedMs = Date.parse(receivedAt);
  return wallMs <= receivedMs + maxAheadMs && wallMs >= receivedMs - maxAgeMs;
};
