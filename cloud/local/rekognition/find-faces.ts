import sharp from 'sharp';
import type { Blazeface } from '../../../device/vision/blazeface.ts';
import { scaleFace, suppressNonMaxima } from '../../../device/vision/box.ts';
import type { Face, RgbImage } from '../../../device/vision/face.ts';
import { squareAround } from './alignment.ts';
import { warp } from './warp.ts';

/** Longer sides at which faces are looked for, each when the one before shows none: small faces in large pictures need more. */
const detectionSides = [256, 512] as const;
/** When only the largest face counts, a glance at this side does, if it shows one so large that none could be larger unseen. */
const glanceSide = 128;
const minGlancedWidth = 32;
/** Below this it is not worth a second look, which a face that is turned away may well need. */
const minScore = 0.4;
/** A face is looked at again in a square of this side, cut twice as large as its box: the box gets exact and chance finds fall away. */
const refinementSide = 128;
const minRefinedScore = 0.6;
/** Two finds that overlap by more turn out to be the same face on the second look. */
const maxOverlap = 0.3;
/** The first look is wrong about a width by less than this share. */
const roughness = 0.2;

/** The largest faces of a picture, at most `limit`, largest first. */
export const findFaces = async (blazeface: Blazeface, picture: RgbImage, limit: number): Promise<Face[]> => {
  const lookCloser = (seen: readonly Face[]): Face[] => {
    let faces: Face[] = [];
    for (const face of seen) {
      const smallest = faces[limit - 1];
      if (smallest && face.box.width < smallest.box.width * (1 - roughness)) break;
      const found = [...faces, ...lookAgain(blazeface, picture, face)];
      faces = suppressNonMaxima(found, maxOverlap).sort(largestFirst);
    }
    return faces.slice(0, limit);
  };

  if (limit === 1) {
    const seen = await seeFaces(blazeface, picture, glanceSide);
    const isLarge = ({ box }: Face) => box.width * glanceSide >= minGlancedWidth * longerSide(picture);
    const faces = lookCloser(seen.filter(isLarge));
    if (faces.length > 0) return faces;
  }
  for (const side of detectionSides) {
    const faces = lookCloser(await seeFaces(blazeface, picture, side));
    if (faces.length > 0) return faces;
  }
  return [];
};

/** What may be faces, largest first, in pixels of the picture. */
const seeFaces = async (blazeface: Blazeface, picture: RgbImage, side: number): Promise<Face[]> => {
  const small = await shrink(picture, side);
  return blazeface
    .detect(small, minScore)
    .map((face) => scaleFace(face, picture.width / small.width, picture.height / small.height))
    .sort(largestFirst);
};

/** The face itself with its exact box, or nothing when it was none. */
const lookAgain = (blazeface: Blazeface, picture: RgbImage, { box }: Face): Face[] => {
  const square = squareAround(box, 2, refinementSide);
  const pixels = warp(picture, square, refinementSide, refinementSide);
  const found = blazeface
    .detect({ width: refinementSide, height: refinementSide, data: bytesOf(pixels) }, minRefinedScore)
    .toSorted((a, b) => offCentre(a) - offCentre(b))[0];
  if (!found) return [];
  const scaled = scaleFace(found, square.a, square.a);
  return [{ ...scaled, box: { ...scaled.box, x: scaled.box.x + square.x0, y: scaled.box.y + square.y0 } }];
};

const shrink = async (picture: RgbImage, side: number): Promise<RgbImage> => {
  if (longerSide(picture) <= side) return picture;
  const { width, height, data } = picture;
  const shrunk = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: side, height: side, fit: 'inside', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: shrunk.info.width, height: shrunk.info.height, data: shrunk.data };
};

/** The clamped array rounds; a typed array's own `from` with a function would take 20 ms for this. */
const bytesOf = (pixels: Float32Array): Uint8Array => new Uint8Array(new Uint8ClampedArray(pixels).buffer);

const longerSide = ({ width, height }: RgbImage): number => Math.max(width, height);

const largestFirst = (a: Face, b: Face): number => b.box.width * b.box.height - a.box.width * a.box.height;

const offCentre = ({ box }: Face): number =>
  Math.hypot(box.x + box.width / 2 - refinementSide / 2, box.y + box.height / 2 - refinementSide / 2);
