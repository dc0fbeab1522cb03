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
  | 'LOW_CONFIDENCE';

/** Bars of this stand-in: face side in pixels, variance of the Laplacian, degrees, 0..1. Brightness, 0..255, is the same for all. */
const bars = {
  AUTO: { side: 40, sharpness: 20, yaw: 45, score: 0.6 },
  LOW: { side: 40, sharpness: 20, yaw: 45, score: 0.6 },
  MEDIUM: { side: 56, sharpness: 50, yaw: 35, score: 0.7 },
  HIGH: { side: 80, sharpness: 100, yaw: 25, score: 0.8 },
} as const;
const minBrightness = 20;

/** Why a face is not good enough to be kept or searched for; empty when it is. */
export const qualityReasons = (face: AnalysedFace, filter: QualityFilter): QualityReason[] => {
  if (filter === 'NONE') return [];
  const bar = bars[filter];
  const failing: Record<QualityReason, boolean> = {
    SMALL_BOUNDING_BOX: face.box.width < bar.side,
    LOW_SHARPNESS: face.sharpness < bar.sharpness,
    LOW_BRIGHTNESS: face.brightness < minBrightness,
    EXTREME_POSE: Math.abs(headPose(face.points).yaw) > bar.yaw,
    LOW_CONFIDENCE: face.score < bar.score,
  };
  return (Object.keys(failing) as QualityReason[]).filter((reason) => failing[reason]);
};
