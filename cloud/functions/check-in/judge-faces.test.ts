import { describe, expect, it } from 'vitest';
import { minCheckInFacePx } from '#contract/check-in.ts';
import { judgeFaces } from './judge-faces.ts';

describe('the faces of a picture', () => {
  it.each([
    ['nobody', [], 'no_face'],
    ['one person', [200], 'one_face'],
    ['one person and somebody far behind', [200, 66], 'one_face'],
    ['somebody far behind whom Rekognition names first', [66, 200], 'one_face'],
    ['one person and somebody behind them', [200, 67], 'several_faces'],
    ['two people side by side', [200, 190], 'several_faces'],
    ['one person too far away', [minCheckInFacePx - 1], 'too_small'],
    ['one person just near enough', [minCheckInFacePx], 'one_face'],
    ['two people too far away', [60, 50], 'several_faces'],
  ])('of %s', (_case, sidesPx, judged) => {
    expect(judgeFaces(sidesPx)).toBe(judged);
  });
});
