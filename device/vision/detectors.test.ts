import { beforeAll, describe, expect, it } from 'vitest';
import { type Blazeface, loadBlazeface } from './blazeface.ts';
import { blazefaceToOnnx } from './blazeface-graph.ts';
import { readBlazefaceNetwork } from './blazeface-network.ts';
import { loadBlazefaceOnnx } from './blazeface-onnx.ts';
import { intersectionOverUnion } from './box.ts';
import type { Detector } from './detector.ts';
import { downscaleFrame } from './downscale.ts';
import type { Face, RgbImage } from './face.ts';
import { loadFaceApiDetector } from './face-api-detector.ts';
import { describeDifference, parityTolerance } from './parity.ts';
import { letterboxedFrame, samplePhotos } from './sample-photos.ts';
import { loadTensorflow, type Tensorflow } from './tensorflow.ts';

const pictureOf = async (file: string, width: number, height: number): Promise<RgbImage> =>
  downscaleFrame(await letterboxedFrame(file, width, height), 256);

let tensorflow: Tensorflow;
let wasm: Blazeface;
let onnx: Detector;

beforeAll(async () => {
  tensorflow = await loadTensorflow('wasm');
  wasm = await loadBlazeface(tensorflow.tf);
  onnx = await loadBlazefaceOnnx(1);
});

describe('BlazeFace on ONNX Runtime', () => {
  it.each([
    ['16:9', 1280, 720],
    ['4:3', 640, 480],
    ['portrait', 720, 1280],
    ['240p', 426, 240],
    ['small and odd', 187, 101],
  ])('finds the same faces with the same scores as on WebAssembly, %s', async (_, width, height) => {
    let found = 0;
    for (const photo of samplePhotos) {
      const picture = await pictureOf(photo, width, height);
      const expected = wasm.detect(picture, 0.3);
      expect(describeDifference(expected, await onnx.detect(picture, 0.3))).toBeUndefined();
      found += expected.length;
    }
    expect(found).toBeGreaterThanOrEqual(15);
  });

  it('finds keypoints where WebAssembly does', async () => {
    const picture = await pictureOf(samplePhotos[5] ?? '', 1280, 720);
    const [expected] = wasm.detect(picture, 0.5);
    const [actual] = await onnx.detect(picture, 0.5);
    for (const name of ['rightEye', 'leftEye', 'nose', 'mouth', 'rightEar', 'leftEar'] as const) {
      const [a, b] = [expected?.keypoints[name], actual?.keypoints[name]];
      expect(Math.hypot((a?.x ?? 0) - (b?.x ?? 99), (a?.y ?? 0) - (b?.y ?? 99))).toBeLessThan(
        parityTolerance.pixels,
      );
    }
  });

  it('finds the same on two threads', async () => {
    const picture = await pictureOf(samplePhotos[3] ?? '', 1280, 720);
    const faces = await (await loadBlazefaceOnnx(2)).detect(picture, 0.3);
    expect(faces.length).toBeGreaterThan(3);
    expect(describeDifference(wasm.detect(picture, 0.3), faces)).toBeUndefined();
  });

  it('is not built from a network that it does not know', async () => {
    const network = await readBlazefaceNetwork();
    const node = network.modelTopology.node.map((each) =>
      each.op === 'MaxPool' ? { ...each, op: 'AvgPool' } : each,
    );
    expect(() => blazefaceToOnnx({ ...network, modelTopology: { node } })).toThrow('AvgPool');
  });
});

describe.each(['face-api', 'face-api-ssd'] as const)('the detector %s', (name) => {
  let detector: Detector;
  beforeAll(async () => {
    detector = await loadFaceApiDetector(tensorflow, name);
  });

  it('finds faces where BlazeFace does, best first, with the eyes above nose and mouth', async () => {
    const picture = downscaleFrame(await letterboxedFrame(samplePhotos[5] ?? ''), 512);
    const faces = await detector.detect(picture, 0.6);
    const expected = wasm.detect(picture, 0.6);
    expect(expected).toHaveLength(4);
    for (const { box } of expected) expect(nearestOverlap(faces, box)).toBeGreaterThan(0.4);
    expect(faces.map(({ score }) => score)).toEqual(
      faces.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    for (const { keypoints } of faces) {
      expect(keypoints.rightEar.x).toBeLessThan(keypoints.rightEye.x);
      expect(keypoints.rightEye.x).toBeLessThan(keypoints.leftEye.x);
      expect(keypoints.leftEye.x).toBeLessThan(keypoints.leftEar.x);
      expect(keypoints.nose.y).toBeGreaterThan(keypoints.leftEye.y);
      expect(keypoints.mouth.y).toBeGreaterThan(keypoints.nose.y);
    }
  });

  it('leaves no tensors behind', async () => {
    const picture = await pictureOf(samplePhotos[0] ?? '', 1280, 720);
    await detector.detect(picture, 0.6);
    const before = tensorflow.tf.memory().numTensors;
    await detector.detect(picture, 0.6);
    expect(tensorflow.tf.memory().numTensors).toBe(before);
  });
});

const nearestOverlap = (faces: readonly Face[], box: Face['box']): number =>
  Math.max(...faces.map((face) => intersectionOverUnion(face.box, box)));
