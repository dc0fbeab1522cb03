import { expect, it } from 'vitest';
import type { LumaImage } from './luma.ts';
import { type Background, detectMotion } from './motion.ts';

const scene = (brightness: (x: number, y: number) => number): LumaImage => ({
  width: 160,
  height: 90,
  data: Uint8Array.from({ length: 160 * 90 }, (_, at) => brightness(at % 160, Math.floor(at / 160))),
});
const hall = (x: number, y: number) => 60 + (x % 40) + (y % 20);
const withPerson = (from: number) => (x: number, y: number) =>
  x >= from && x < from + 12 && y >= 40 && y < 70 ? 200 : hall(x, y);

const after = (pictures: readonly LumaImage[]) =>
  pictures.reduce<{ background: Background | undefined; moved: boolean }>(
    ({ background }, picture) => detectMotion(background, picture),
    { background: undefined, moved: false },
  );

it('takes the first picture as moved, the same one again as still', () => {
  expect(after([scene(hall)]).moved).toBe(true);
  expect(after([scene(hall), scene(hall)]).moved).toBe(false);
});

it('sees somebody who enters', () => {
  expect(after([scene(hall), scene(withPerson(30))]).moved).toBe(true);
});

it('does not take sensor noise for motion', () => {
  const noisy = scene((x, y) => hall(x, y) + ((x * 7 + y * 13) % 9) - 4);
  expect(after([scene(hall), noisy]).moved).toBe(false);
});

it('does not take a change of exposure for motion, but sees somebody through it', () => {
  expect(after([scene(hall), scene((x, y) => hall(x, y) + 40)]).moved).toBe(false);
  const brighter = scene((x, y) => withPerson(30)(x, y) + 40);
  expect(after([scene(hall), brighter]).moved).toBe(true);
});

it('sees somebody for seconds and takes a thing left behind into the background in the end', () => {
  const left = scene(withPerson(30));
  expect(after([scene(hall), ...Array.from({ length: 25 }, () => left)]).moved).toBe(true);
  expect(after([scene(hall), ...Array.from({ length: 300 }, () => left)]).moved).toBe(false);
});

it('starts anew when the size of the picture changes', () => {
  const smaller = { width: 80, height: 45, data: new Uint8Array(80 * 45) };
  expect(after([scene(hall), smaller]).moved).toBe(true);
  expect(after([scene(hall), smaller, smaller]).moved).toBe(false);
});
