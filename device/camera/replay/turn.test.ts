import { beforeAll, expect, it } from 'vitest';
import { cutOut } from './cut-out.ts';
import { samplePerson } from './sample-people.ts';
import type { Sprite } from './sprite.ts';
import { makeTurner, turnSprite } from './turn.ts';

let front: Sprite;
beforeAll(async () => {
  const look = { light: 1, mirrored: false, tiltDegrees: 0, shift: { x: 0, y: 0 }, noise: 0, noiseSeed: 1 };
  const sprite = (await cutOut(samplePerson('s6-4'), look))[1];
  if (!sprite) throw new Error('the cut-out has no second size');
  front = sprite;
});

/** Luma of the row through the eyes, from one side of the face to the other. */
const eyeRow = ({ luma, width, faceX, faceY, faceWidth }: Sprite): number[] => {
  const row = Math.round(faceY - 0.15 * faceWidth);
  const half = Math.round(0.4 * faceWidth);
  return [...luma.subarray(row * width + faceX - half, row * width + faceX + half)];
};
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);

it('shows hair alone from behind, with the same outline', () => {
  const back = turnSprite(front, 180);
  expect(spread(eyeRow(back))).toBeLessThan(0.5 * spread(eyeRow(front)));
  expect(back.alpha).toEqual(front.alpha);
});

it('moves the face to the side that the head turns to, the other way for the other side', () => {
  const darkest = (sprite: Sprite): number => {
    const row = eyeRow(sprite);
    return row.indexOf(Math.min(...row));
  };
  const [left, right] = [turnSprite(front, -30), turnSprite(front, 30)];
  expect(eyeRow(left)).not.toEqual(eyeRow(right));
  expect(darkest(left)).not.toBe(darkest(right));
});

it('leaves the body as it is', () => {
  const belowNeck = ({ luma, width, faceY, faceWidth }: Sprite) =>
    luma.subarray(Math.ceil(faceY + 1.16 * faceWidth) * width);
  expect(belowNeck(turnSprite(front, 120))).toEqual(belowNeck(front));
});

it('does not draw again who is turned as before', () => {
  const turn = makeTurner();
  expect(turn(front, 1)).toBe(front);
  expect(turn(front, 60)).toBe(turn(front, 61));
  expect(turn(front, 90)).not.toBe(turn(front, 60));
});
