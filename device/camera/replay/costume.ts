import type { Performer } from './act.ts';
import { cutOut } from './cut-out.ts';
import { makeRandom } from './random.ts';
import { samplePerson } from './sample-people.ts';
import { halveSprite, type Sprite } from './sprite.ts';

/** How far a smear is out of focus, in face widths: no feature of a face is left. */
const smearRadius = 0.3;
const thingSize = { width: 240, height: 320, faceWidth: 120 } as const;

/** What somebody or something looks like, in falling sizes. */
export const costumeOf = async ({ shape, personId, look }: Performer): Promise<readonly Sprite[]> => {
  if (shape === 'thing') return sizesOf(createThing(look.noiseSeed));
  const person = await cutOut(samplePerson(personId), look);
  if (shape === 'person') return person;
  if (shape === 'picture') return person.map(frame);
  const small = person.at(-1);
  return small ? [smear(small)] : [];
};

const sizesOf = (sprite: Sprite): readonly Sprite[] => [sprite, halveSprite(sprite)];

/** How much of a person a portrait shows below the middle of the face, and its passe-partout; in face widths. */
const portrait = { below: 1.1, border: 0.12 } as const;

/** The upper part of a person as a portrait: on pale paper, in a dark frame. */
const frame = (sprite: Sprite): Sprite => {
  const { width, faceY, faceWidth } = sprite;
  const height = Math.round(faceY + portrait.below * faceWidth);
  const border = portrait.border * faceWidth;
  const size = width * height;
  const part = (plane: Uint8Array) => plane.slice(0, size);
  const framed = { ...sprite, height, endsBelow: true, alpha: new Uint8Array(size).fill(255) };
  const [luma, blue, red] = [part(sprite.luma), part(sprite.blue), part(sprite.red)];
  for (let at = 0; at < size; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isFrame = Math.min(x, y, width - 1 - x, height - 1 - y) < border;
    const opacity = isFrame ? 0 : (sprite.alpha[at] ?? 0) / 255;
    luma[at] = (luma[at] ?? 0) * opacity + (isFrame ? 40 : 190) * (1 - opacity);
    blue[at] = (blue[at] ?? 128) * opacity + 128 * (1 - opacity);
    red[at] = (red[at] ?? 128) * opacity + 128 * (1 - opacity);
  }
  return { ...framed, luma, blue, red };
};

/** A panel with stripes and round knobs, of the colours of furniture. */
const createThing = (seed: number): Sprite => {
  const random = makeRandom(seed);
  const { width, height, faceWidth } = thingSize;
  const plane = () => new Uint8Array(width * height);
  const sprite = {
    ...thingSize,
    faceX: width / 2,
    faceY: height / 3,
    luma: plane(),
    blue: plane().fill(random.between(112, 132)),
    red: plane().fill(random.between(124, 146)),
    alpha: plane().fill(255),
  };
  const ground = random.between(50, 180);
  const pitch = random.between(9, 60);
  const slope = random.between(-1, 1);
  const knobs = Array.from({ length: Math.round(random.between(0, 6)) }, () => ({
    x: random.between(0, width),
    y: random.between(0, height),
    radius: random.between(4, faceWidth / 3),
    luma: random.between(20, 230),
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const stripe = Math.sin((2 * Math.PI * (x + slope * y)) / pitch) > 0.4 ? 25 : 0;
      const knob = knobs.find((one) => Math.hypot(one.x - x, one.y - y) < one.radius);
      const value = (knob?.luma ?? ground + stripe) + random.between(-3, 3);
      sprite.luma[y * width + x] = Math.min(255, Math.max(0, value));
    }
  }
  return sprite;
};

/** The sprite as something far out of focus: each plane a running mean, along and down, twice. */
const smear = (sprite: Sprite): Sprite => {
  const radius = Math.round(smearRadius * sprite.faceWidth);
  const { width, height } = sprite;
  const blur = (plane: Uint8Array): Uint8Array => {
    // What is transparent has no colour of its own that might bleed in.
    const filled = plane.map((value, at) => (sprite.alpha[at] ? value : 128));
    const once = runningMean(runningMean(filled, width, height, radius, 1), width, height, radius, width);
    return runningMean(runningMean(once, width, height, radius, 1), width, height, radius, width);
  };
  return { ...sprite, luma: blur(sprite.luma), blue: blur(sprite.blue), red: blur(sprite.red) };
};

/** The mean of the pixels up to `radius` to both sides; `step` is 1 along the rows and the width down the columns. */
const runningMean = (
  plane: Uint8Array,
  width: number,
  height: number,
  radius: number,
  step: number,
): Uint8Array => {
  const mean = new Uint8Array(plane.length);
  const [lines, length, nextLine] = step === 1 ? [height, width, width] : [width, height, 1];
  for (let line = 0; line < lines; line++) {
    const start = line * nextLine;
    for (let at = 0; at < length; at++) {
      let sum = 0;
      const [from, to] = [Math.max(0, at - radius), Math.min(length - 1, at + radius)];
      for (let near = from; near <= to; near++) sum += plane[start + near * step] ?? 0;
      mean[start + at * step] = sum / (to - from + 1);
    }
  }
  return mean;
};
