import type { PassageFacts, Quality } from '#contract/sighting.ts';
import type { Track } from '../tracker/tracker.ts';

/** What never changes while the agent runs, and whether the wall clock can be trusted right now. */
export type DoorTime = {
  /** The kernel's boot id. */
  readonly bootId: string;
  readonly clockState: () => PassageFacts['clock'];
};

/**
 * The who-when of a passage as the contract wants it. `atMs` is the chosen frame's time since boot; `wallOffsetMs` leads from
 * times since boot to the wall clock and is taken as late as possible, so that a clock set meanwhile counts.
 */
export const createPassageFacts = (
  track: Track,
  atMs: number,
  wallOffsetMs: number,
  { bootId, clockState }: DoorTime,
): Omit<PassageFacts, 'seq'> => {
  const instant = (ms: number) => new Date(Math.round(ms + wallOffsetMs)).toISOString();
  return {
    v: 1,
    passageId: track.passageId,
    capturedAt: instant(atMs),
    bootId,
    monotonicMs: round(atMs, 1),
    clock: clockState(),
    track: { frames: track.hits, first: instant(track.firstMs), last: instant(track.lastMs) },
  };
};

/** Quality with no more digits than it is worth: it travels with every picture. */
export const roundQuality = (quality: Quality): Quality => ({
  size: round(quality.size, 0),
  sharpness: round(quality.sharpness, 3),
  pose: round(quality.pose, 3),
  exposure: round(quality.exposure, 0),
  score: round(quality.score, 3),
});

const round = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
