import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '../camera/frame.ts';
import sampleFaces from '../camera/replay/sample-faces.json' with { type: 'json' };
import { growBox, intersectionOverUnion } from './box.ts';
import { cropRgb } from './crop.ts';
import { makeFaceFinder, maxFaces, type WorkerFaceFinder } from './face-finder.ts';
import { crowdedFrame, letterboxedFrame, plainFrame, samplePhotos } from './sample-photos.ts';
import { scoreFloors } from './score-floors.ts';

describe.each(['onnx', 'wasm'] as const)('a face finder in its worker on %s', (runtime) => {
  let finder: WorkerFaceFinder;
  let frames: Frame[];

  beforeAll(async () => {
    finder = await makeFaceFinder({ runtime });
    frames = await Promise.all(samplePhotos.map((photo) => letterboxedFrame(photo)));
  });
  afterAll(() => finder.close());

  it('finds every face of the sample photographs, where it is, and nothing else that looks as certain', async () => {
    let found = 0;
    for (const [index, frame] of frames.entries()) {
      const expected = facesInFrame(index + 1);
      const faces = (await finder.detect(frame)).filter((face) => face.score >= 0.5);
      expect(faces).toHaveLength(expected.length);
      for (const box of expected) {
        expect(Math.max(...faces.map((face) => intersectionOverUnion(face.box, box)))).toBeGreaterThan(0.5);
      }
      found += faces.length;
    }
    expect(found).toBe(22);
  });

  it('gives faces best first, with the eyes on their own sides above nose and mouth', async () => {
    const [sixth] = frames.slice(5);
    const faces = await finder.detect(sixth as Frame);
    expect(faces.map((face) => face.score)).toEqual(
      faces.map((face) => face.score).toSorted((a, b) => b - a),
    );
    for (const { keypoints } of faces) {
      expect(keypoints.rightEye.x).toBeLessThan(keypoints.leftEye.x);
      expect(keypoints.nose.y).toBeGreaterThan(keypoints.leftEye.y);
      expect(keypoints.mouth.y).toBeGreaterThan(keypoints.nose.y);
    }
  });

  it('finds as many faces in a portrait, a 4:3 and a 240p frame', async () => {
    const [first] = samplePhotos;
    for (const [width, height] of [
      [720, 1280],
      [640, 480],
      [426, 240],
    ]) {
      const frame = await letterboxedFrame(first ?? '', width, height);
      const faces = (await finder.detect(frame)).filter((face) => face.score >= scoreFloors.start);
      expect(faces).toHaveLength(3);
    }
  });

  it('reports thirty people at once, turned heads and all', async () => {
    expect((await finder.detect(await crowdedFrame(6, 5))).length).toBeGreaterThanOrEqual(28);
  });

  it('finds in each frame what is in it, whatever was in the one before', async () => {
    const [landscape, portrait] = await Promise.all([
      letterboxedFrame(samplePhotos[0] ?? '', 1280, 720),
      letterboxedFrame(samplePhotos[0] ?? '', 720, 1280),
    ]);
    const before = [await finder.detect(landscape), await finder.detect(portrait)];
    expect(await finder.detect(plainFrame(1280, 720, [90, 90, 90]))).toEqual([]);
    expect([await finder.detect(landscape), await finder.detect(portrait)]).toEqual(before);
  });

  it('finds no face in an empty frame', async () => {
    expect(await finder.detect(plainFrame(1280, 720, [90, 110, 130]))).toEqual([]);
  });

  it('confirms the crop of a face and not one without', async () => {
    const [first] = frames;
    const [face] = await finder.detect(first as Frame);
    const withFace = cropRgb(first as Frame, growBox(face?.box ?? { x: 0, y: 0, width: 0, height: 0 }, 0.85));
    const without = cropRgb(first as Frame, { x: 500, y: 0, width: 200, height: 150 });
    expect((await finder.confirm(withFace)).score).toBeGreaterThan(0.6);
    expect((await finder.confirm(without)).score).toBeLessThan(0.4);
    expect((await finder.confirm({ width: 96, height: 96, data: new Uint8Array(96 * 96 * 3) })).score).toBe(
      0,
    );
  });

  it('leaves the frame and the crop with the caller', async () => {
    const frame = plainFrame(320, 180, [10, 20, 30]);
    const crop = cropRgb(frame, { x: 0, y: 0, width: 100, height: 100 });
    await finder.detect(frame);
    await finder.confirm(crop);
    expect([frame.data.length, crop.data.length]).toEqual([320 * 180 * 1.5, 100 * 100 * 3]);
  });

  it('holds no more tensors after fifty detections and confirmations than before', async () => {
    const [first] = frames;
    const crop = cropRgb(first as Frame, { x: 300, y: 150, width: 300, height: 300 });
    const before = await finder.countTensors();
    for (let round = 0; round < 50; round++) await finder.detect(first as Frame);
    for (let round = 0; round < 5; round++) await finder.confirm(crop);
    expect(await finder.countTensors()).toBe(before);
  });

  it('refuses a second detection while one is under way', async () => {
    const frame = plainFrame(320, 180, [0, 0, 0]);
    const first = finder.detect(frame);
    await expect(finder.detect(frame)).rejects.toThrow('One detection at a time');
    await expect(first).resolves.toEqual([]);
  });
});

it('gives the nearest faces of a crowd that is larger than it follows', async () => {
  const finder = await makeFaceFinder({ runtime: 'wasm', detectionSide: 640 });
  const [frame, halfAsMany] = [await crowdedFrame(10, 5), await crowdedFrame(6, 4)];
  const faces = await finder.detect(frame);
  expect(faces).toHaveLength(maxFaces);
  expect(faces.map(({ score }) => score)).toEqual(faces.map(({ score }) => score).toSorted((a, b) => b - a));
  expect((await finder.detect(halfAsMany)).length).toBeLessThan(maxFaces);
  await finder.close();
});

it('rejects what is asked of a closed face finder', async () => {
  const finder = await makeFaceFinder({ runtime: 'wasm' });
  await finder.close();
  await expect(finder.detect(plainFrame(320, 180, [0, 0, 0]))).rejects.toThrow(
    'The vision worker was closed',
  );
});

/** Boxes of a sample photograph as they lie in its 1280 × 720 frame. */
const facesInFrame = (photo: number) => {
  const photoHeights = [1280, 1367, 1350, 1448, 1398, 1537];
  const scale = 720 / (photoHeights[photo - 1] ?? 0);
  const left = (1280 - 1920 * scale) / 2;
  return sampleFaces
    .filter((face) => face.photo === `sample${photo}.jpg`)
    .map(({ box }) => ({
      x: left + box.x * scale,
      y: box.y * scale,
      width: box.width * scale,
      height: box.height * scale,
    }));
};
