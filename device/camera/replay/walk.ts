import { endOf, type Walk } from './script.ts';

/** Where a walker's face is in one frame, in pixels. `opacity` is 0..1: people come out of the dark of the corridor. */
export type Place = {
  readonly faceWidth: number;
  readonly centreX: number;
  readonly centreY: number;
  readonly opacity: number;
  /** Where the head is turned, in degrees: 0 to the camera, positive to the picture's right, 180 away. */
  readonly turnDegrees: number;
  /** Who has more is in front. */
  readonly nearness: number;
};

export type Picture = { readonly width: number; readonly height: number };

/** Where the corridor's far end is, as a part of the picture. */
export const vanishingPoint = { x: 0.5, y: 0.4 } as const;

/** Face width at the far end of the corridor and height of the face of someone near, as parts of the picture's height. */
const farSize = 0.055;
const nearY = 0.44;
const fadeInMs = 400;

/** Walking at a steady pace, size grows as one over the distance. */
const approachSize = (from: number, to: number, progress: number): number =>
  1 / ((1 - progress) / from + progress / to);

/** A slow start, as a person's who turns to go. */
const easeIn = (progress: number): number => progress * progress * (1.5 - 0.5 * progress);

/** Where the walker is at a time of the film, or null before and after the passage. */
export const placeAt = (walk: Walk, atMs: number, picture: Picture): Place | null => {
  if (atMs < walk.fromMs || atMs >= endOf(walk)) return null;
  const sinceMs = atMs - walk.fromMs;
  const near = walk.nearSize;
  const size = sinceMs < walk.approachMs ? approachSize(farSize, near, sinceMs / walk.approachMs) : near;
  const leaving = Math.max(0, (sinceMs - walk.approachMs - walk.standMs) / walk.leaveMs);
  const grown = walk.leaves === 'under' ? size * (1 + 0.5 * leaving) : size;
  const closeness = size / near;
  const sway = Math.sin((2 * Math.PI * sinceMs) / walk.swayPeriodMs);
  const faceWidth = grown * picture.height;
  const middle = vanishingPoint.x + walk.lane * closeness;
  const aside =
    easeIn(leaving) * (walk.leaves === 'left' ? -middle - 0.3 : walk.leaves === 'right' ? 1.3 - middle : 0);
  const under = walk.leaves === 'under' ? easeIn(leaving) * 0.95 : 0;
  const height = vanishingPoint.y + (nearY - vanishingPoint.y) * closeness + under;
  return {
    faceWidth,
    centreX: (middle + aside) * picture.width + sway * 0.05 * faceWidth,
    centreY: height * picture.height + Math.abs(sway) * 0.03 * faceWidth,
    opacity: Math.min(1, sinceMs / fadeInMs),
    turnDegrees: 0,
    nearness: faceWidth,
  };
};
