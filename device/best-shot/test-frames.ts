import type { Frame } from '../camera/frame.ts';
import type { Track } from '../tracker/tracker.ts';
import type { Face } from '../vision/face.ts';

/** A frame in which each pixel's luma is what `lumaAt` says; without colour. For tests. */
export const createTestFrame = (
  lumaAt: (x: number, y: number) => number,
  { width = 640, height = 360, index = 0, atMs = 1000 } = {},
): Frame => {
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = lumaAt(x, y);
  }
  return { index, width, height, data, capturedAt: 1_700_000_000_000 + atMs, monotonicMs: atMs };
};

/** A track of a passage that lasted two seconds. For tests. */
export const testTrack: Track = {
  passageId: 'passage',
  box: { x: 0, y: 0, width: 100, height: 100 },
  velocity: { x: 0, y: 0 },
  hits: 20,
  bestScore: 0.95,
  firstMs: 0,
  lastMs: 2000,
};

/** Fine stripes: as sharp as a picture can be, of mean brightness. */
export const sharpPattern = (x: number, y: number): number => (((x >> 2) + (y >> 2)) % 2 === 0 ? 60 : 180);

/** A frontal face of `width` pixels around a centre, as the detector would report it. For tests. */
export const createTestFace = (
  centreX: number,
  centreY: number,
  { width = 100, score = 0.95, noseOffset = 0 } = {},
): Face => {
  const at = (across: number, down: number) => ({ x: centreX + across * width, y: centreY + down * width });
  return {
    box: { x: centreX - width / 2, y: centreY - width / 2, width, height: width },
    score,
    keypoints: {
      rightEye: at(-0.2, -0.15),
      leftEye: at(0.2, -0.15),
      nose: at(0.4 * noseOffset, 0.1),
      mouth: at(0, 0.25),
      rightEar: at(-0.45, 0),
      leftEar: at(0.45, 0),
    },
  };
};
