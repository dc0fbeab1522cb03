import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeShot } from './judge.ts';
import { type FaceMeasure, measureFace } from './measure.ts';
import { createTestFace, createTestFrame, sharpPattern } from './test-frames.ts';

const excellent: FaceMeasure = {
  widthPx: 140,
  laplacian: 900,
  noseOffset: 0.02,
  noseDrop: 0.6,
  exposure: 120,
  contrast: 120,
  score: 0.97,
  outside: 0,
  atEdge: false,
};

const scoreOf = (face: FaceMeasure): number => {
  const judgement = judgeShot(face);
  if (!judgement.usable) throw new Error(`rejected: ${judgement.reason}`);
  return judgement.quality.score;
};

describe('judgeShot', () => {
  it.each([
    ['too_small', { widthPx: 39 }],
    ['cut_off', { outside: 0.2, atEdge: true }],
    ['not_frontal', { noseOffset: 0.55 }],
    ['not_frontal', { noseOffset: Number.POSITIVE_INFINITY }],
    ['not_frontal', { noseDrop: 0.95 }],
    ['not_frontal', { noseDrop: 0.05 }],
    ['not_frontal', { noseDrop: Number.POSITIVE_INFINITY }],
    ['bad_light', { exposure: 12 }],
    ['bad_light', { exposure: 248 }],
    ['bad_light', { contrast: 8 }],
    ['too_blurred', { laplacian: 15 }],
    ['not_confirmed', { score: 0.7 }],
  ] as const)('rejects as %s what measures %o', (reason, flaw) => {
    expect(judgeShot({ ...excellent, ...flaw })).toEqual({ usable: false, reason });
  });

  it('scores a near, sharp, frontal, well-lit face as excellent', () => {
    expect(scoreOf(excellent)).toBeGreaterThan(0.8);
  });

  it.each([
    ['smaller', { widthPx: 70 }],
    ['softer', { laplacian: 100 }],
    ['turned', { noseOffset: 0.3 }],
    ['looking down', { noseDrop: 0.85 }],
    ['looking up', { noseDrop: 0.2 }],
    ['darker', { exposure: 30 }],
    ['paler', { contrast: 25 }],
    ['less sure', { score: 0.8 }],
    ['at the edge', { atEdge: true }],
  ] as const)('scores a face that is %s lower', (_, flaw) => {
    expect(scoreOf({ ...excellent, ...flaw })).toBeLessThan(scoreOf(excellent));
  });
});

describe('a worse face', () => {
  const amount = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const anyFace: fc.Arbitrary<FaceMeasure> = fc.record({
    widthPx: amount(20, 300),
    laplacian: amount(0, 3000),
    noseOffset: amount(0, 0.7),
    noseDrop: amount(0, 1),
    exposure: amount(0, 255),
    contrast: amount(0, 255),
    score: amount(0.4, 1),
    outside: amount(0, 0.3),
    atEdge: fc.boolean(),
  });
  /** 0 for a rejected face. */
  const worth = (face: FaceMeasure): number => {
    const judgement = judgeShot(face);
    return judgement.usable ? judgement.quality.score : 0;
  };
  const awayFrom = (best: number, value: number, share: number) => best + (value - best) * share;
  const worse: Readonly<Record<string, (face: FaceMeasure, share: number) => FaceMeasure>> = {
    smaller: (face, share) => ({ ...face, widthPx: face.widthPx * share }),
    blurrier: (face, share) => ({ ...face, laplacian: face.laplacian * share }),
    'less sure': (face, share) => ({ ...face, score: face.score * share }),
    flatter: (face, share) => ({ ...face, contrast: face.contrast * share }),
    'more turned': (face, share) => ({ ...face, noseOffset: face.noseOffset + 1 - share }),
    'more cut off': (face, share) => ({ ...face, outside: face.outside + 1 - share }),
    'nearer the edge': (face) => ({ ...face, atEdge: true }),
    'lit less well': (face, share) => ({
      ...face,
      exposure: awayFrom(face.exposure < 130 ? 0 : 255, face.exposure, share),
    }),
    'more bowed or lifted': (face, share) => ({
      ...face,
      noseDrop: awayFrom(face.noseDrop < 0.6 ? 0 : 1, face.noseDrop, share),
    }),
  };

  it.each(Object.entries(worse))('never scores better for being %s', (_, spoil) => {
    fc.assert(
      fc.property(anyFace, amount(0, 1), (face, share) => {
        expect(worth(spoil(face, share))).toBeLessThanOrEqual(worth(face));
      }),
    );
  });

  it('always scores between 0 and 1', () => {
    fc.assert(
      fc.property(anyFace, (face) => {
        expect(worth(face)).toBeGreaterThanOrEqual(0);
        expect(worth(face)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('measureFace', () => {
  it('does not take a tilted head for a turned one', () => {
    const frame = createTestFrame(sharpPattern);
    const upright = createTestFace(300, 180, { noseOffset: 0.2 });
    const tilt = (Math.PI / 180) * 25;
    const turn = ({ x, y }: { x: number; y: number }) => ({
      x: 300 + (x - 300) * Math.cos(tilt) - (y - 180) * Math.sin(tilt),
      y: 180 + (x - 300) * Math.sin(tilt) + (y - 180) * Math.cos(tilt),
    });
    const { rightEye, leftEye, nose, mouth, ...others } = upright.keypoints;
    const tilted = {
      ...upright,
      keypoints: {
        ...others,
        rightEye: turn(rightEye),
        leftEye: turn(leftEye),
        nose: turn(nose),
        mouth: turn(mouth),
      },
    };
    expect(measureFace(frame, upright).noseOffset).toBeCloseTo(0.2);
    expect(measureFace(frame, tilted).noseDrop).toBeCloseTo(measureFace(frame, upright).noseDrop);
    expect(measureFace(frame, tilted).noseOffset).toBeCloseTo(0.2);
  });

  it('takes eyes that are on top of each other for a profile', () => {
    const face = createTestFace(300, 180);
    const { rightEye } = face.keypoints;
    const leftEye = { x: rightEye.x + 12, y: rightEye.y };
    const profile = { ...face, keypoints: { ...face.keypoints, leftEye } };
    expect(measureFace(createTestFrame(sharpPattern), profile).noseOffset).toBe(Number.POSITIVE_INFINITY);
  });

  it('counts the pixels that the crop will have, not those of the reduced frame', () => {
    const face = createTestFace(300, 180, { width: 50 });
    expect(measureFace(createTestFrame(sharpPattern), face, 3).widthPx).toBe(150);
  });

  it('tells a sharp face from a flat one, and how bright it is', () => {
    const face = createTestFace(300, 180);
    const sharp = measureFace(createTestFrame(sharpPattern), face);
    const flat = measureFace(
      createTestFrame(() => 90),
      face,
    );
    expect(sharp.laplacian).toBeGreaterThan(150);
    expect(flat.laplacian).toBe(0);
    expect(flat).toMatchObject({ exposure: 90, contrast: 0 });
  });

  it('sees which part of a face is outside the frame', () => {
    const frame = createTestFrame(sharpPattern);
    expect(measureFace(frame, createTestFace(0, 180)).outside).toBeCloseTo(0.5);
    expect(measureFace(frame, createTestFace(60, 180))).toMatchObject({ outside: 0, atEdge: true });
    expect(measureFace(frame, createTestFace(320, 180))).toMatchObject({ outside: 0, atEdge: false });
  });
});
