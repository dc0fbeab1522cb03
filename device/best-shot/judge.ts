import type { Quality, UnusableReason } from '#contract/sighting.ts';
import { scoreFloors } from '../vision/score-floors.ts';
import type { FaceMeasure } from './measure.ts';

/** A shot worth searching with its quality, or why it is not. */
export type Judgement =
  | { readonly usable: true; readonly quality: Quality }
  | { readonly usable: false; readonly reason: UnusableReason };

/**
 * What no one would be recognised beyond. Width: Amazon Rekognition's "Guidelines and quotas" (40 px). Nose offset and drop: yaw of
 * about 45 degrees, pitch of 45 up or 30 down, its "Recommendations for facial comparison input images". Sharpness and
 * light: where detectors began to miss labelled faces that were blurred and darkened step by step.
 */
const bounds = {
  minWidthPx: 40,
  maxNoseOffset: 0.5,
  noseDrop: { min: 0.1, max: 0.9 },
  minLaplacian: 20,
  maxOutside: 0.1,
  exposure: { min: 20, max: 240 },
  minContrast: 15,
} as const;

/**
 * From where on each trait is as good as it gets; between bound and here the score falls off. Beyond 112 px recognition gains
 * nothing measurable; a face is well lit at a mean luma of 50 to 210 with 40 between its 5th and 95th percentile, which a face
 * against the light does not have.
 */
const fullMarks = {
  widthPx: 112,
  noseDrop: { min: 0.4, max: 0.75 },
  exposure: { min: 50, max: 210 },
  contrast: 40,
} as const;
/** Half marks for sharpness: the Laplacian's variance of an ordinary indoor face. */
const halfLaplacian = 150;
/** A face that may lack hair or chin counts so much of one that does not. */
const atEdgeFactor = 0.3;
/** A turned face scores lower in proportion to the nose's offset, but never nothing. */
const turned = { slope: 1.8, least: 0.05 } as const;
/** The same for one that looks down or up, at the bound. */
const leastForNodding = 0.3;

const clampToUnit = (value: number): number => Math.min(1, Math.max(0, value));

/** 1 for a face that is well lit, falling to 0 at black, at white, and where it has no contrast. */
const lightOf = ({ exposure, contrast }: FaceMeasure): number =>
  clampToUnit(exposure / fullMarks.exposure.min) *
  clampToUnit((255 - exposure) / (255 - fullMarks.exposure.max)) *
  clampToUnit(contrast / fullMarks.contrast);

/** 1 for a face that looks straight ahead. */
const frontalityOf = ({ noseOffset, noseDrop }: FaceMeasure): number => {
  const { min, max } = fullMarks.noseDrop;
  const level = Math.min(
    clampToUnit((noseDrop - bounds.noseDrop.min) / (min - bounds.noseDrop.min)),
    clampToUnit((bounds.noseDrop.max - noseDrop) / (bounds.noseDrop.max - max)),
  );
  return (
    Math.max(turned.least, 1 - turned.slope * noseOffset) * (leastForNodding + (1 - leastForNodding) * level)
  );
};

const isOutside = (value: number, { min, max }: { readonly min: number; readonly max: number }): boolean =>
  value < min || value > max;

/** The first thing that makes a shot worthless, in the order in which a person at the door could do something about it. */
const reject = (face: FaceMeasure): UnusableReason | null => {
  if (face.widthPx < bounds.minWidthPx) return 'too_small';
  if (face.outside > bounds.maxOutside) return 'cut_off';
  if (face.noseOffset > bounds.maxNoseOffset || isOutside(face.noseDrop, bounds.noseDrop))
    return 'not_frontal';
  if (isOutside(face.exposure, bounds.exposure) || face.contrast < bounds.minContrast) return 'bad_light';
  if (face.laplacian < bounds.minLaplacian) return 'too_blurred';
  if (face.score < scoreFloors.publish) return 'not_confirmed';
  return null;
};

/**
 * Judges one shot: rejects it, or scores it as
 * size^0.5 · sharpness^0.5 · frontality · light · detector score · edge, each 0..1.
 * The formula was chosen by its correlation with face-descriptor distance on door-like clips; size and sharpness predict most.
 */
export const judgeShot = (face: FaceMeasure): Judgement => {
  const reason = reject(face);
  if (reason) return { usable: false, reason };
  const size = clampToUnit((face.widthPx - bounds.minWidthPx) / (fullMarks.widthPx - bounds.minWidthPx));
  const sharpness = face.laplacian / (face.laplacian + halfLaplacian);
  const pose = frontalityOf(face);
  const edge = face.atEdge ? atEdgeFactor : 1;
  const score = Math.sqrt(size * sharpness) * pose * lightOf(face) * face.score * edge;
  return {
    usable: true,
    quality: { size: face.widthPx, sharpness, pose, exposure: face.exposure, score: clampToUnit(score) },
  };
};
