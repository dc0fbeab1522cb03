import { randomUUID } from 'node:crypto';
import type { IndexedFace } from './collections.ts';

/** For tests and benches: a face reference of nobody, with a vector at random that is about as far from faces as strangers are. */
export const createStranger = (): IndexedFace => ({
  faceId: randomUUID(),
  imageId: randomUUID(),
  externalImageId: randomUUID(),
  boundingBox: { Width: 0.4, Height: 0.4, Left: 0.3, Top: 0.3 },
  confidence: 99,
  descriptor: Float32Array.from({ length: 128 }, () => 0.25 * (Math.random() - 0.5)),
});
