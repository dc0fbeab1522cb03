import type { Frame } from '../camera/frame.ts';
import { growBox } from '../vision/box.ts';
import type { Face, Point } from '../vision/face.ts';
import { cropLuma, lumaStatistics, sharpness } from '../vision/luma.ts';

/** What one frame shows of a face, before any judgement. */
export type FaceMeasure = {
  /** Width of the face box in pixels of the picture that would be cut out: the full-size one where there is one. */
  readonly widthPx: number;
  /** Variance of the Laplacian of the 64 × 64 face: 0 is flat, some hundreds are sharp. */
  readonly laplacian: number;
  /** How far the nose is from the middle of the eyes along the eye line, in eye distances: 0 frontal, 0.5 about 45 degrees aside; infinite for a profile. */
  readonly noseOffset: number;
  /** How far down from the eyes to the mouth the nose is: 0.5 to 0.7 level, more looking down, less looking up; infinite when there is no telling. */
  readonly noseDrop: number;
  /** Mean brightness of the face, 0..255. */
  readonly exposure: number;
  /** Distance between the 5th and the 95th percentile of its brightness. */
  readonly contrast: number;
  /** The detector's score, 0..1. */
  readonly score: number;
  /** Part of the face box that lies outside the frame, 0..1. */
  readonly outside: number;
  /** Whether the face with 15 % around it reaches the frame's edge: hair or chin may be missing. */
  readonly atEdge: boolean;
};

/** Frontal faces have their eyes 0.35 to 0.5 of the box apart. Closer together it is a profile, whose second eye is guessed. */
const minEyeDistance = 0.22;
/** In eye distances. Level faces have their mouth 1 to 1.3 below the eyes. */
const minMouthDrop = 0.3;

/** How the head is held. Measured along the eye line and across it, a tilted head does not look turned. */
const poseOf = ({ box, keypoints }: Face): Pick<FaceMeasure, 'noseOffset' | 'noseDrop'> => {
  const { rightEye, leftEye, nose, mouth } = keypoints;
  const along = { x: leftEye.x - rightEye.x, y: leftEye.y - rightEye.y };
  const eyeDistanceSquared = along.x ** 2 + along.y ** 2;
  if (eyeDistanceSquared < (minEyeDistance * box.width) ** 2) {
    return { noseOffset: Number.POSITIVE_INFINITY, noseDrop: Number.POSITIVE_INFINITY };
  }
  const down = { x: -along.y, y: along.x };
  const middle = { x: (leftEye.x + rightEye.x) / 2, y: (leftEye.y + rightEye.y) / 2 };
  const eyeDistancesFromMiddle = (point: Point, axis: Point) =>
    ((point.x - middle.x) * axis.x + (point.y - middle.y) * axis.y) / eyeDistanceSquared;
  const mouthDrop = eyeDistancesFromMiddle(mouth, down);
  return {
    noseOffset: Math.abs(eyeDistancesFromMiddle(nose, along)),
    noseDrop:
      mouthDrop < minMouthDrop ? Number.POSITIVE_INFINITY : eyeDistancesFromMiddle(nose, down) / mouthDrop,
  };
};

/** Measures one face of a frame. `fullScale` is how many times larger the picture is that its crop would be cut from. */
export const measureFace = (
  frame: Pick<Frame, 'width' | 'height' | 'data'>,
  face: Face,
  fullScale = 1,
): FaceMeasure => {
  const { box } = face;
  const visibleWidth = Math.min(frame.width, box.x + box.width) - Math.max(0, box.x);
  const visibleHeight = Math.min(frame.height, box.y + box.height) - Math.max(0, box.y);
  const visible = Math.max(0, visibleWidth) * Math.max(0, visibleHeight);
  const around = growBox(box, 0.15);
  const luma = cropLuma(frame, box);
  const { mean, p5, p95 } = lumaStatistics(luma);
  return {
    widthPx: box.width * fullScale,
    laplacian: sharpness(luma),
    ...poseOf(face),
    exposure: mean,
    contrast: p95 - p5,
    score: face.score,
    outside: 1 - visible / (box.width * box.height),
    atEdge:
      around.x < 0 ||
      around.y < 0 ||
      around.x + around.width > frame.width ||
      around.y + around.height > frame.height,
  };
};
