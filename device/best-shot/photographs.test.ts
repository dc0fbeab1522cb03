import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { companionsOf, samplePeople, samplePerson } from '../camera/replay/sample-people.ts';
import { growBox, intersectionOverUnion, scaleFace } from '../vision/box.ts';
import type { Box, Face, FaceFinder, RgbImage } from '../vision/face.ts';
import { makeFaceFinder } from '../vision/face-finder.ts';
import { rgbToYuv420 } from '../vision/yuv.ts';
import { cropBoxOf, cutCrop } from './crop.ts';
import { type Judgement, judgeShot } from './judge.ts';
import { measureFace } from './measure.ts';

/** Who looks at the camera in good light, with a face of some 160 to 200 px. */
const goodOnes = ['s5-1', 's6-4', 's3-2', 's3-1', 's2-3'] as const;

type Shot = { readonly picture: RgbImage; readonly face: Face };
/** What spoils a shot; offsets and sizes are in pixels of the photograph. */
type Spoil = (photo: Sharp) => Sharp;

const faceOf = (id: string): Face => ({ ...samplePerson(id), score: 0.95 });

type Region = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};
const cuts = new Map<string, Promise<Buffer>>();

/** A part of a photograph as raw pixels, decoded once. */
const cutOut = (file: string, region: Region): Promise<Buffer> => {
  const key = JSON.stringify([file, region]);
  const cut = cuts.get(key) ?? sharp(file).extract(region).removeAlpha().raw().toBuffer();
  cuts.set(key, cut);
  return cut;
};

/** The surroundings of a sample face, as the camera would have them. `part` is cut out of the photograph before it is spoilt. */
const shoot = async (id: string, spoil: Spoil = (photo) => photo, part?: Box): Promise<Shot> => {
  const person = samplePerson(id);
  const { width: photoWidth = 0, height: photoHeight = 0 } = await sharp(person.photoPath).metadata();
  const { x, y, width, height } = part ?? growBox(person.box, 1);
  const [left, top] = [Math.max(0, Math.round(x)), Math.max(0, Math.round(y))];
  const region = {
    left,
    top,
    width: Math.min(photoWidth, Math.round(x + width)) - left,
    height: Math.min(photoHeight, Math.round(y + height)) - top,
  };
  const cut = await cutOut(person.photoPath, region);
  const raw = { width: region.width, height: region.height, channels: 3 } as const;
  const { data, info } = await spoil(sharp(cut, { raw })).raw().toBuffer({ resolveWithObject: true });
  const { rightEye, leftEye, nose, mouth, rightEar, leftEar } = person.keypoints;
  const shift = (point: { x: number; y: number }) => ({ x: point.x - left, y: point.y - top });
  const face: Face = {
    score: 0.95,
    box: { ...person.box, ...shift(person.box) },
    keypoints: {
      rightEye: shift(rightEye),
      leftEye: shift(leftEye),
      nose: shift(nose),
      mouth: shift(mouth),
      rightEar: shift(rightEar),
      leftEar: shift(leftEar),
    },
  };
  return {
    picture: { width: info.width, height: info.height, data },
    face: scaleFace(face, info.width / region.width, info.height / region.height),
  };
};

const judge = ({ picture, face }: Shot): Judgement =>
  judgeShot(measureFace({ ...picture, data: rgbToYuv420(picture) }, face));
/** 0 for a rejected shot. */
const worth = (judgement: Judgement): number => (judgement.usable ? judgement.quality.score : 0);
const reasonOf = (judgement: Judgement): string => (judgement.usable ? 'usable' : judgement.reason);

const smaller = (id: string, facePx: number): Spoil => {
  const factor = facePx / samplePerson(id).box.width;
  return (photo) => photo.resize({ width: Math.round(3 * samplePerson(id).box.width * factor) });
};

describe('of the sample photographs', () => {
  it.each(goodOnes)('%s is worth sending', async (id) => {
    expect(worth(judge(await shoot(id)))).toBeGreaterThan(0.3);
  });

  it.each(goodOnes)('%s is not when it is blurred, dark, pale, washed out or tiny', async (id) => {
    const spoilt: Readonly<Record<string, Spoil>> = {
      too_blurred: (photo) => photo.blur(0.06 * samplePerson(id).box.width),
      bad_light: (photo) => photo.linear(0.08, 0),
      too_small: smaller(id, 36),
    };
    for (const [reason, spoil] of Object.entries(spoilt)) {
      expect(reasonOf(judge(await shoot(id, spoil))), reason).toBe(reason);
    }
    expect(reasonOf(judge(await shoot(id, (photo) => photo.linear(0.06, 238))))).toBe('bad_light');
    expect(reasonOf(judge(await shoot(id, (photo) => photo.linear(0.05, 110))))).toBe('bad_light');
  });

  it.each(goodOnes)('%s is not when the edge of the frame cuts the face', async (id) => {
    const { box } = samplePerson(id);
    for (const part of [
      { x: box.x + 0.3 * box.width, y: box.y - box.height, width: 2 * box.width, height: 3 * box.height },
      { x: box.x - box.width, y: box.y - box.height, width: 3 * box.width, height: 1.7 * box.height },
    ]) {
      expect(reasonOf(judge(await shoot(id, undefined, part)))).toBe('cut_off');
    }
  });

  it('the one who shows her profile is not', async () => {
    expect(reasonOf(judge(await shoot('s2-1')))).toBe('not_frontal');
  });

  it('everyone else looks at the camera', () => {
    const turned = samplePeople().filter(({ id }) => {
      const measured = measureFace({ width: 4000, height: 4000, data: new Uint8Array() }, faceOf(id));
      return judgeShot({ ...measured, exposure: 120, contrast: 120, laplacian: 500 }).usable === false;
    });
    expect(turned.map(({ id }) => id)).toEqual(['s2-1']);
  });

  it('a picture against the light scores lower than one with it', async () => {
    const against = await shoot('s5-1', (photo) => photo.linear(0.12, 40));
    expect(worth(judge(against))).toBeLessThan(0.5 * worth(judge(await shoot('s5-1'))));
  });

  it.each<[string, (id: string, amount: number) => Spoil]>([
    ['blurrier', (_, amount) => (photo) => photo.blur(0.5 + 12 * amount)],
    ['smaller', (id, amount) => smaller(id, samplePerson(id).box.width * (1 - 0.8 * amount))],
    ['darker', (_, amount) => (photo) => photo.linear(0.7 * (1 - amount), 0)],
    ['paler', (_, amount) => (photo) => photo.linear(1 - 0.95 * amount, 120 * 0.95 * amount)],
  ])('one that is %s never scores better', async (_, spoilBy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...goodOnes),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (id, one, other) => {
          const [less, more] = [Math.min(one, other), Math.max(one, other)];
          const better = worth(judge(await shoot(id, spoilBy(id, less))));
          const worse = worth(judge(await shoot(id, spoilBy(id, more))));
          // Rounding to whole pixels and steps of luma may move a score by a hair.
          expect(worse).toBeLessThanOrEqual(better * 1.03 + 0.005);
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe('a crop out of a group', () => {
  let finder: FaceFinder;
  beforeAll(async () => {
    finder = await makeFaceFinder({ runtime: 'wasm' });
  });
  afterAll(() => finder.close());

  it('shows its person alone: the largest face that is found in it is theirs', async () => {
    for (const id of ['s5-1', 's5-3', 's6-4', 's6-1', 's3-2', 's4-4']) {
      const person = samplePerson(id);
      const { data, info } = await sharp(person.photoPath)
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const frame = {
        index: 0,
        capturedAt: 0,
        monotonicMs: 0,
        width: info.width,
        height: info.height,
        data: rgbToYuv420({ width: info.width, height: info.height, data }),
      };
      const others = companionsOf(person).map((other) => faceOf(other.id));
      const crop = cutCrop(frame, faceOf(id), others);
      const part = cropBoxOf(person.box, frame);
      const found = await finder.detect({ ...frame, ...crop, data: rgbToYuv420(crop) });
      const largest = found.reduce((a, b) => (b.box.width > a.box.width ? b : a));
      const inFrame = { ...largest.box, x: largest.box.x + part.x, y: largest.box.y + part.y };
      expect(intersectionOverUnion(inFrame, person.box), id).toBeGreaterThan(0.5);
      expect((await finder.confirm(crop)).score, id).toBeGreaterThan(0.5);
    }
  });
});
