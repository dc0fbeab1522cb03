import { describe, expect, it } from 'vitest';
import type { Point } from '../../../device/vision/face.ts';
import { type FacePoints, faceAngle, headPose } from './alignment.ts';

/** Landmarks and angles from answers that AWS documents for its CLI (index-faces, recognize-celebrities), in pixels of the picture. */
const documented = [
  {
    pose: { roll: -0.6, yaw: -9.5, pitch: 0.6 },
    points: {
      eyeLeft: [992, 321],
      eyeRight: [1086, 319],
      nose: [1028, 376],
      mouthLeft: [995, 419],
      mouthRight: [1072, 422],
    },
  },
  {
    pose: { roll: -12.8, yaw: 10.8, pitch: 11 },
    points: {
      eyeLeft: [804, 115],
      eyeRight: [863, 103],
      nose: [847, 131],
      mouthLeft: [825, 182],
      mouthRight: [870, 171],
    },
  },
  {
    pose: { roll: -14.5, yaw: -10.5, pitch: 13.8 },
    points: {
      eyeLeft: [1045, 144],
      eyeRight: [1098, 130],
      nose: [1069, 160],
      mouthLeft: [1065, 206],
      mouthRight: [1109, 196],
    },
  },
  {
    pose: { roll: -1, yaw: 16.4, pitch: 6 },
    points: {
      eyeLeft: [59, 292],
      eyeRight: [105, 292],
      nose: [91, 316],
      mouthLeft: [65, 343],
      mouthRight: [102, 344],
    },
  },
] as const;

const pointsOf = (points: (typeof documented)[number]['points']): FacePoints => {
  const [eyeLeft, eyeRight, nose, mouthLeft, mouthRight] = [
    points.eyeLeft,
    points.eyeRight,
    points.nose,
    points.mouthLeft,
    points.mouthRight,
  ].map(([x, y]): Point => ({ x, y })) as [Point, Point, Point, Point, Point];
  const mouth = { x: (mouthLeft.x + mouthRight.x) / 2, y: (mouthLeft.y + mouthRight.y) / 2 };
  return { eyeLeft, eyeRight, nose, mouthLeft, mouthRight, mouth };
};

describe('the pose of a head', () => {
  it.each(documented)('is about what Rekognition answers: $pose', ({ pose, points }) => {
    const ours = headPose(pointsOf(points));
    for (const angle of ['roll', 'yaw', 'pitch'] as const) {
      expect(Math.abs(ours[angle] - pose[angle]), angle).toBeLessThan(12);
      // The direction counts where there is one.
      if (Math.abs(pose[angle]) > 5) expect(Math.sign(ours[angle]), angle).toBe(Math.sign(pose[angle]));
    }
  });
});

describe('how far a face is turned in the picture', () => {
  const degrees = (radians: number) => (radians * 180) / Math.PI;
  const turn = (point: Point, angle: number): Point => ({
    x: point.x * Math.cos(angle) - point.y * Math.sin(angle),
    y: point.x * Math.sin(angle) + point.y * Math.cos(angle),
  });

  it.each([-120, -30, 0, 45, 90])('is %i° when eyes and mouth are turned so', (expected) => {
    const angle = (expected * Math.PI) / 180;
    const [left, right, mouth] = [
      { x: -30, y: -20 },
      { x: 30, y: -20 },
      { x: 0, y: 40 },
    ].map((point) => turn(point, angle)) as [Point, Point, Point];
    expect(degrees(faceAngle(left, right, mouth))).toBeCloseTo(expected, 6);
  });

  it('is told by the mouth in profile, where the line of the eyes is a matter of chance', () => {
    const angle = faceAngle({ x: 418, y: 248 }, { x: 421, y: 253 }, { x: 410, y: 348 });
    expect(Math.abs(degrees(angle))).toBeLessThan(15);
  });
});
