import type { Face } from '../vision/face.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import { affinity, isSameFace, predictBox, returnAffinity } from './affinity.ts';
import { pairBest } from './pairing.ts';
import { hangsThere, isBeginning, rememberPictures } from './pictures.ts';
import {
  beginTrack,
  continueTrack,
  type FollowedTrack,
  isInSight,
  isPassage,
  isRemembered,
  isSomebody,
  isStill,
  type Track,
  type TrackerSettings,
} from './track.ts';

export type { FollowedTrack, Track } from './track.ts';

/** What one frame changed. `tracks` is the state to hand to the next step. */
export type Step = {
  readonly tracks: readonly FollowedTrack[];
  /** Tracks that have just become a passage: seen often enough, and no picture. */
  readonly started: readonly Track[];
  /** Every track that was seen in this frame and may become a passage, with its face; not what may be a picture. */
  readonly updated: readonly { readonly track: Track; readonly face: Face }[];
  /** Passages whose face has been gone so long that it will not be taken for the same one any more. */
  readonly ended: readonly Track[];
};

const continues =
  (atMs: number) =>
  (track: FollowedTrack, face: Face): number | null => {
    const elapsedMs = atMs - track.lastMs;
    const expected = predictBox(track.box, track.velocity, elapsedMs);
    return affinity(expected, face.box, elapsedMs, { knowsPace: track.clearHits > 1 });
  };

const without = <T>(all: readonly T[], taken: Iterable<T>): T[] => {
  const set = new Set(taken);
  return all.filter((one) => !set.has(one));
};

/** However long somebody was seen only in doubt, they are not searched for farther than a walk of this time. */
const maxUnclearMs = 1500;

/** How well a face fits who was clearly seen some time ago: as a walk goes on while in sight, about the same place later. */
const comesBack =
  (atMs: number) =>
  (track: FollowedTrack, face: Face): number | null => {
    if (!isInSight(track, atMs)) return returnAffinity(track.clear.box, face.box);
    const elapsedMs = Math.min(maxUnclearMs, atMs - track.clear.atMs);
    return affinity(predictBox(track.clear.box, track.velocity, elapsedMs), face.box, elapsedMs);
  };

/**
 * Which track each face goes on with, by two thresholds as in ByteTrack (Zhang et al. 2022): sure faces first with those in sight, then with those who were doubtful or away for a while;
 * doubtful faces only with those for whom no sure one was found.
 */
const assign = (
  tracks: readonly FollowedTrack[],
  faces: readonly Face[],
  atMs: number,
): ReadonlyMap<FollowedTrack, Face> => {
  const sure = faces.filter(({ score }) => score >= scoreFloors.start);
  const doubtful = faces.filter(({ score }) => score >= scoreFloors.continue && score < scoreFloors.start);
  const inSight = tracks.filter((track) => isInSight(track, atMs));
  const going = pairBest(inSight, sure, continues(atMs));
  const back = pairBest(without(tracks, going.keys()), without(sure, going.values()), comesBack(atMs));
  const unseen = without(without(inSight, going.keys()), back.keys());
  return new Map([...going, ...back, ...pairBest(unseen, doubtful, continues(atMs))]);
};

/** Faces that begin a track: sure enough, nobody's yet, and not a second box on a face that is somebody's. */
const newFaces = (faces: readonly Face[], taken: readonly Face[], minScore: number): Face[] => {
  const known = [...taken];
  const found: Face[] = [];
  for (const face of without(faces, taken)) {
    if (face.score < minScore || known.some((other) => isSameFace(other.box, face.box))) continue;
    found.push(face);
    known.push(face);
  }
  return found;
};

/** The order of the detections must not matter, not even between equal scores. */
const inFixedOrder = (faces: readonly Face[]): Face[] =>
  [...faces].sort(
    (a, b) =>
      b.score - a.score ||
      a.box.x - b.box.x ||
      a.box.y - b.box.y ||
      a.box.width - b.box.width ||
      a.box.height - b.box.height,
  );

/**
 * Makes the tracker: boxes over time in, passages out.
 *
 * `step` takes the tracks so far, the faces of one frame in any order, and the frame's time in milliseconds since boot.
 * All that is kept here is when the first step was; `newPassageId` is called once for each track that begins. Without settings it
 * remembers nobody who is out of sight for 1.5 seconds, and takes every face for somebody's; a door gives `doorTracking`.
 */
export const makeTracker = ({
  newPassageId,
  memoryMs = { atLeast: 0, atMost: 0 },
  ignoresPictures = false,
}: { readonly newPassageId: () => string } & Partial<TrackerSettings>) => {
  let beganMs: number | undefined;

  const step = (tracks: readonly FollowedTrack[], faces: readonly Face[], atMs: number): Step => {
    beganMs ??= atMs;
    const isWallInDoubt = ignoresPictures && isBeginning(atMs - beganMs);
    const ordered = inFixedOrder(faces);
    const places = tracks.filter(({ isMemory }) => isMemory);
    const followed = without(tracks, places);
    const pairs = assign(followed, ordered, atMs);
    const missed = without(followed, pairs.keys());
    const continued = [...pairs].map(([before, face]) => {
      const track = continueTrack(before, face, atMs);
      // Who moves now that it hung there so long came before the picture: it is theirs from here on.
      const isTaken = before.mustMove && isStill(before) && track.hasMoved;
      const taken = isTaken && { passageId: newPassageId(), firstMs: atMs };
      return { before, face, track: { ...track, ...taken } };
    });
    // A picture may be doubtful at first and clear in another light.
    const minScore = isWallInDoubt ? scoreFloors.continue : scoreFloors.start;
    const begun = newFaces(ordered, [...pairs.values()], minScore).map((face) => {
      const mustMove = isWallInDoubt || (ignoresPictures && hangsThere([...places, ...missed], face));
      return { face, track: beginTrack(newPassageId(), face, atMs, { mustMove }) };
    });
    const seen = [...continued, ...begun];
    const waiting = missed.filter((track) => isRemembered(track, atMs, memoryMs));
    const gone = without(missed, waiting);
    const kept = [...waiting, ...seen.map(({ track }) => track)];
    const covered = continued.filter(({ before, track }) => isStill(before) && track.hasMoved);
    const unseen = [...covered.map(({ before }) => before), ...gone, ...places];
    const pictures = ignoresPictures ? rememberPictures(unseen, kept, atMs) : [];
    return {
      tracks: [...pictures, ...kept],
      started: continued
        .filter(({ before, track }) => isPassage(track) && !isPassage(before))
        .map(({ track }) => track),
      updated: seen.filter(({ track }) => isSomebody(track)).map(({ track, face }) => ({ track, face })),
      ended: gone.filter(isPassage),
    };
  };

  return {
    step,
    /** Ends every track that is a passage, for when the camera stops. */
    finish: (tracks: readonly FollowedTrack[]): readonly Track[] => tracks.filter(isPassage),
  };
};
