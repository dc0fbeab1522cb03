import type { Box, Face } from '../vision/face.ts';
import { returnAffinity } from './affinity.ts';
import { type FollowedTrack, isSomebody, isStill, isSure } from './track.ts';

/** Who is seen so soon after the watch began may have hung there before. */
const beginningMs = 10_000;
/** How long the place of a picture is remembered: it is not seen while the light is out over a long weekend. */
const memoryMs = 7 * 24 * 3_600_000;

/** Whether what is first seen now may have hung there before. */
export const isBeginning = (watchedMs: number): boolean => watchedMs < beginningMs;

/** A track that has not moved for long, or is nobody as long as it does not. */
const isPicture = (track: FollowedTrack): boolean => isStill(track) || (!isSomebody(track) && isSure(track));

/** Whether one of these is a picture that hangs where this face is. */
export const hangsThere = (tracks: readonly FollowedTrack[], { box }: Face): boolean =>
  tracks.some((track) => isPicture(track) && isAtPlaceOf(track, box));

/** The places of pictures that are not seen any more, each once, newest first as they come; `others` are the tracks that go on. */
export const rememberPictures = (
  unseen: readonly FollowedTrack[],
  others: readonly FollowedTrack[],
  atMs: number,
): readonly FollowedTrack[] => {
  const seen = others.filter(isStill);
  const places: FollowedTrack[] = [];
  for (const track of unseen) {
    const isFresh = isPicture(track) && atMs - track.lastMs <= memoryMs;
    if (!isFresh || [...seen, ...places].some((other) => isAtPlaceOf(track, other.box))) continue;
    places.push({ ...track, mustMove: true, isMemory: true });
  }
  return places;
};

const isAtPlaceOf = ({ origin, clear }: FollowedTrack, box: Box): boolean =>
  returnAffinity((origin ?? clear).box, box) !== null;
