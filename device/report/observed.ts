import type { Sighting, UnusableReason } from '#contract/sighting.ts';
import type { Box, RgbImage } from '../vision/face.ts';
import type { StageTime } from './stopwatch.ts';

/** A face of a frame and whose it was; null when no track had it. */
type ObservedFace = { readonly box: Box; readonly score: number; readonly passageId: string | null };

/** A frame made smaller, with its faces in the pixels of the full frame. */
export type Snapshot = {
  readonly atMs: number;
  readonly frameWidth: number;
  readonly picture: RgbImage;
  readonly faces: readonly ObservedFace[];
};

/** Where a passage's face was in one frame. */
export type Sight = { readonly atMs: number; readonly box: Box; readonly score: number };

/** A picture that would have been published. `face` is null when the frame of its time was not looked at, which does not happen. */
export type ObservedSighting = {
  readonly facts: Omit<Sighting, 'seq'>;
  readonly jpeg: Buffer;
  readonly face: Sight | null;
  readonly snapshot: Snapshot | null;
};

/** One passage as the pipeline saw it. Times are milliseconds since boot. */
export type ObservedPassage = {
  readonly passageId: string;
  readonly sights: readonly Sight[];
  readonly sightings: readonly ObservedSighting[];
  readonly unusable: { readonly reason: UnusableReason } | null;
  /** Of the frame with the largest face, for a passage without a sighting. */
  readonly snapshot: Snapshot | null;
};

export type ObservedFilm = {
  readonly size: { readonly width: number; readonly height: number } | null;
  /** Time of the first frame and of the end of the last, since boot. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Frames that came, that were searched for faces, and that had one. */
  readonly frames: {
    readonly seen: number;
    readonly searched: number;
    readonly withFaces: number;
    readonly failed: number;
  };
  readonly passages: readonly ObservedPassage[];
  readonly times: readonly StageTime[];
  /** What the run itself took. */
  readonly tookMs: number;
};
