import { headPose } from './alignment.ts';
import type { AnalysedFace } from './face-analysis.ts';

/** Rekognition's quality bars. AUTO is what IndexFaces takes when it is not told, NONE what SearchFacesByImage takes. */
export const qualityFilters = ['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type QualityFilter = (typeof qualityFilters)[number];

export type QualityReason =
  | 'SMALL_BOUNDING_BOX'
  | 'LOW_SHARPNESS'
  | 'LOW_BRIGHTNESS'
  | 'EXTREME_POSE'
  | 'LOW_CONFIDENCE'
  | 'LOW_FACE_QUALITY';

/** The least that a face must have; angles are the most, in degrees. */
type Bar = Pick<AnalysedFace, 'sharpness' | 'brightness' | 'contrast' | 'score'> & {
  /** Pixels. */
  readonly width: number;
  readonly yaw: number;
  readonly up: number;
  readonly down: number;
};

/**
 * AWS does not say where its bars are. Ours begin at what it advises for pictures: 40 pixels, yaw up to 45°, up to 45° upwards and
 * 30° downwards (docs.aws.amazon.com/rekognition/latest/dg/recommendations-facial-input-images.html).
 */
const low: Bar = {
  width: 40,
  sharpness: 20,
  brightness: 20,
  contrast: 30,
  score: 0.65,
  yaw: 45,
  up: 45,
  down: 30,
};
const bars = {
  AUTO: low,
  LOW: low,
  MEDIUM: { width: 56, sharpness: 50, brightness: 30, contrast: 45, score: 0.7, yaw: 35, up: 35, down: 25 },
  HIGH: { width: 80, sharpness: 100, brightness: 40, contrast: 60, score: 0.8, yaw: 25, up: 25, down: 20 },
} as const satisfies Record<Exclude<QualityFilter, 'NONE'>, Bar>;

/** Why a face is not good enough to be kept or searched for; empty when it is. */
export const qualityReasons = (face: AnalysedFace, filter: QualityFilter): QualityReason[] => {
  if (filter === 'NONE') return [];
  const bar = bars[filter];
  const { yaw, pitch } = headPose(face.points);
  const failing: Record<QualityReason, boolean> = {
    SMALL_BOUNDING_BOX: face.box.width < bar.width,
    LOW_SHARPNESS: face.sharpness < bar.sharpness,
    LOW_BRIGHTNESS: face.brightness < bar.brightness,
    EXTREME_POSE: Math.abs(yaw) > bar.yaw || pitch > bar.up || pitch < -bar.down,
    LOW_CONFIDENCE: face.score < bar.score,
    // Glare or haze: bright enough, and yet there is little to tell it by.
    LOW_FACE_QUALITY: face.contrast < bar.contrast,
  };
  return (Object.keys(failing) as QualityReason[]).filter((reason) => failing[reason]);
};
