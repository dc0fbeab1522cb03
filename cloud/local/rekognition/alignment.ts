import type { Box, Point } from '../../../device/vision/face.ts';
import type { Similarity } from './warp.ts';

/** Side in pixels of the square from which the descriptor is computed (the network's own size). */
export const descriptorSide = 150;
/** Side in pixels of the square in which the 68 landmarks are looked for (the network's own size). */
export const landmarkSide = 112;

/** Points that the 68 landmarks boil down to, in pixels of the picture. Left and right are the viewer's, as in Rekognition. */
export type FacePoints = {
  readonly eyeLeft: Point;
  readonly eyeRight: Point;
  readonly nose: Point;
  readonly mouthLeft: Point;
  readonly mouthRight: Point;
  /** Centre of the whole mouth. */
  readonly mouth: Point;
};

/** Numbering of the 68 landmarks: Sagonas et al., "300 Faces in-the-Wild", 2013. */
export const facePoints = (landmarks: readonly Point[]): FacePoints => ({
  eyeLeft: centre(landmarks.slice(36, 42)),
  eyeRight: centre(landmarks.slice(42, 48)),
  nose: centre(landmarks.slice(30, 31)),
  mouthLeft: centre(landmarks.slice(48, 49)),
  mouthRight: centre(landmarks.slice(54, 55)),
  mouth: centre(landmarks.slice(48, 68)),
});

/**
 * Maps a square of `side` pixels onto the square around the centre of `box` that is `scale` times as long as the box, turned by
 * `angle` (radians, clockwise as one sees it).
 */
export const squareAround = (box: Box, scale: number, side: number, angle = 0): Similarity => {
  const length = (scale * Math.max(box.width, box.height)) / side;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return placing({ x: side / 2, y: side / 2 }, middle, length, angle);
};

/**
 * Maps the descriptor's square onto the face: upright along the line of the eyes, with the middle of eyes and mouth at (0.5, 0.43)
 * and eyes and mouth 0.45 of the side apart, as face-api places it. Without the turn a head tilted by 30° is not recognised.
 */
export const descriptorSquare = ({ eyeLeft, eyeRight, mouth }: FacePoints): Similarity => {
  const middle = centre([eyeLeft, eyeRight, mouth]);
  const eyesToMouth = (distance(eyeLeft, mouth) + distance(eyeRight, mouth)) / 2;
  const at = { x: 0.5 * descriptorSide, y: 0.43 * descriptorSide };
  return placing(at, middle, eyesToMouth / 0.45 / descriptorSide, faceAngle(eyeLeft, eyeRight, mouth));
};

/** The similarity of a scale and an angle that puts the target's point `from` onto the source's point `onto`. */
const placing = (from: Point, onto: Point, scale: number, angle: number): Similarity => {
  const a = scale * Math.cos(angle);
  const b = scale * Math.sin(angle);
  return { a, b, x0: onto.x - (a * from.x - b * from.y), y0: onto.y - (b * from.x + a * from.y) };
};

/**
 * How far a face is turned in the picture, from its eyes and mouth: radians, clockwise as one sees it. The line of the eyes and
 * the line from them to the mouth count by their length, so that a face in profile is judged by its mouth.
 */
export const faceAngle = (eyeLeft: Point, eyeRight: Point, mouth: Point): number => {
  const between = centre([eyeLeft, eyeRight]);
  const across = { x: eyeRight.x - eyeLeft.x, y: eyeRight.y - eyeLeft.y };
  const down = { x: mouth.x - between.x, y: mouth.y - between.y };
  return Math.atan2(across.y - down.x, across.x + down.y);
};

/** Where a point of a mapped square lies in the picture. */
export const mapPoint = ({ a, b, x0, y0 }: Similarity, { x, y }: Point): Point => ({
  x: a * x - b * y + x0,
  y: b * x + a * y + y0,
});

/**
 * Rough angles of the head in degrees, from five points: how far it is turned in the picture, from how far the nose lies off the
 * middle of the eyes (half the eye distance is about 45°), and from the nose's height between eyes and mouth.
 * Signs as in the answers that AWS documents: roll is positive clockwise, yaw towards the viewer's right, pitch upwards.
 */
export const headPose = (points: FacePoints): { roll: number; yaw: number; pitch: number } => {
  const { eyeLeft, eyeRight, nose, mouth } = points;
  const roll = faceAngle(eyeLeft, eyeRight, mouth);
  const between = centre([eyeLeft, eyeRight]);
  const upright = (point: Point) => {
    const [x, y] = [point.x - between.x, point.y - between.y];
    return { x: x * Math.cos(roll) + y * Math.sin(roll), y: y * Math.cos(roll) - x * Math.sin(roll) };
  };
  const sideways = upright(nose).x / Math.max(1, distance(eyeLeft, eyeRight));
  const down = upright(nose).y / Math.max(1, upright(mouth).y);
  return {
    roll: degrees(roll),
    yaw: limit(90 * sideways),
    pitch: limit(80 * (frontalNoseHeight - down)),
  };
};

/** Height of the nose's tip between eyes (0) and mouth (1) of a face that looks straight ahead. */
const frontalNoseHeight = 0.61;

const degrees = (radians: number): number => (radians * 180) / Math.PI;

const limit = (angle: number): number => Math.min(90, Math.max(-90, angle));

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

const centre = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
  y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
});
