import sharp from 'sharp';
import { expect, it } from 'vitest';
import { type Colour, readPhotograph, sampleColour } from './photograph.ts';
import { samplePerson } from './sample-people.ts';

const { photoPath } = samplePerson('s6-1');
const colourAt = (photograph: Awaited<ReturnType<typeof readPhotograph>>, x: number, y: number): Colour => {
  const colour: Colour = [0, 0, 0];
  sampleColour(photograph, x, y, colour);
  return colour;
};

it('decodes no more of a photograph than is asked for, and knows where it was', async () => {
  const { width, height } = await sharp(photoPath).metadata();
  const whole = await readPhotograph(photoPath, { x: -10, y: -10, width: width + 20, height: height + 20 });
  expect(whole).toMatchObject({ left: 0, top: 0, width, height });
  const part = await readPhotograph(photoPath, { x: 300.4, y: 200.6, width: 80, height: 60 });
  expect(part).toMatchObject({ left: 300, top: 200, width: 81, height: 61 });
  expect(part.rgb).toHaveLength(81 * 61 * 3);
  for (const [x, y] of [
    [300, 200],
    [330.25, 222.75],
    [379.5, 259.5],
  ] as const)
    expect(colourAt(part, x, y)).toEqual(colourAt(whole, x, y));
});

it('goes on with the outermost pixels beyond the edge', async () => {
  const corner = await readPhotograph(photoPath, { x: 0, y: 0, width: 10, height: 10 });
  expect(colourAt(corner, -50, -50)).toEqual([...corner.rgb.subarray(0, 3)]);
});
