import { describe, expect, it } from 'vitest';
import type { AnalysedFace } from './face-analysis.ts';
import { type QualityFilter, qualityFilters, qualityReasons } from './quality-filter.ts';

const good: AnalysedFace = {
  box: { x: 0, y: 0, width: 160, height: 160 },
  score: 0.92,
  points: {
    eyeLeft: { x: 50, y: 60 },
    eyeRight: { x: 110, y: 60 },
    nose: { x: 80, y: 100 },
    mouthLeft: { x: 55, y: 125 },
    mouthRight: { x: 105, y: 125 },
    mouth: { x: 80, y: 125 },
  },
  brightness: 120,
  contrast: 130,
  sharpness: 400,
  descriptor: new Float32Array(128),
};
const noseAt = (x: number, y: number) => ({ points: { ...good.points, nose: { x, y } } });

describe('the quality filter', () => {
  it('has nothing against a good face', () => {
    for (const filter of qualityFilters) expect(qualityReasons(good, filter)).toEqual([]);
  });

  const poor: readonly [string, Partial<AnalysedFace>, string][] = [
    ['small', { box: { x: 0, y: 0, width: 39, height: 39 } }, 'SMALL_BOUNDING_BOX'],
    ['blurred', { sharpness: 19 }, 'LOW_SHARPNESS'],
    ['dark', { brightness: 19 }, 'LOW_BRIGHTNESS'],
    ['turned to the side', noseAt(115, 100), 'EXTREME_POSE'],
    ['turned down', noseAt(80, 125), 'EXTREME_POSE'],
    ['doubtful', { score: 0.64 }, 'LOW_CONFIDENCE'],
    ['washed out', { contrast: 29 }, 'LOW_FACE_QUALITY'],
  ];
  it.each(poor)('says why a %s face is left out, unless it is told to take all', (_, change, reason) => {
    expect(qualityReasons({ ...good, ...change }, 'AUTO')).toEqual([reason]);
    expect(qualityReasons({ ...good, ...change }, 'LOW')).toEqual([reason]);
    expect(qualityReasons({ ...good, ...change }, 'NONE')).toEqual([]);
  });

  it('gives every reason that applies', () => {
    const face = { ...good, sharpness: 5, brightness: 5, contrast: 5 };
    expect(qualityReasons(face, 'AUTO')).toEqual(['LOW_SHARPNESS', 'LOW_BRIGHTNESS', 'LOW_FACE_QUALITY']);
  });

  it('asks for more from bar to bar', () => {
    const passes = (filter: QualityFilter, width: number) =>
      qualityReasons({ ...good, box: { ...good.box, width } }, filter).length === 0;
    expect(passes('LOW', 40)).toBe(true);
    expect(passes('MEDIUM', 40)).toBe(false);
    expect(passes('MEDIUM', 60)).toBe(true);
    expect(passes('HIGH', 60)).toBe(false);
    expect(passes('HIGH', 80)).toBe(true);
  });
});
