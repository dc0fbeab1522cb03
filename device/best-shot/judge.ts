import type { Quality, UnusableReason } from '#contract/sighting.ts';
import type { FaceMeasure } from './measure.ts';

/** A shot worth searching with its quality, or why it is not. */
export type Judgement =
  | { readonly usable: true; readonly quality: Quality }
  | { readonly usable: false; readonly reason: UnusableReason };

/**
 * Bounds below which Rekognition would not recognise anyone. Width: Amazon Rekognition's "Guidelines and quotas" (40 px).
 * Nose offset: yaw of about 45 degrees, its "Recommendations for facial comparison input images". Score: what backs of heads
 * do not reach with BlazeFace (they stay below 0.70; faces worth publishing are above 0.80).
 */
const bounds = {
  minWidthPx: 40,
  fullWidthPx: 112,
  maxNoseOffset: 0.5,
  minLaplacian: 20,
  minScore: 0.75,
  maxOutside: 0.1,
  minExposure: 20,
  maxExposure: 240,
  minContrast: 15,
} as const;

const clampToUnit = (value: number): number => Math.min(1, Math.max(0, value));

/** 1 for a face between these brightnesses, falling to 0 at black and at white; less where it has no contrast. */
const lightOf = ({ exposure, contrast }: FaceMeasure): number =>
  clampToUnit(exposure / 50) * clampToUnit((255 - exposure) / 45) * clampToUnit(contrast / 40);

const reject = (face: FaceMeasure): UnusableReason | null => {
  if (face.widthPx < bounds.minWidthPx) return 'too_small';
  if (face.outside > bounds.maxOutside) return 'cut_off';
  if (face.noseOffset > bounds.maxNoseOffset) return 'not_frontal';
  if (
    face.exposure < bounds.minExposure ||
    face.exposure > bounds.maxExposure ||
    face.contrast < bounds.minContrast
  )
    return 'bad_light';
  if (face.laplacian < bounds.minLaplacian) return 'too_blurred';
  if (face.score < bounds.minScore) return 'not_confirmed';
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
  const size = clampToUnit((face.widthPx - bounds.minWidthPx) / (bounds.fullWidthPx - bounds.minWidthPx));
  const sharpness = face.laplacian / (face.laplacian + 150);
  const pose = Math.max(0.05, 1 - 1.8 * face.noseOffset);
  const edge = face.atEdge ? 0.3 : 1;
  return {
    usable: true,
    quality: {
      size: face.widthPx,
      sharpness,
      pose,
      exposure: face.exposure,
      score: clampToUnit(Math.sqrt(size * sharpness) * pose * lightOf(face) * clampToUnit(face.score) * edge),
    },
  };
};
