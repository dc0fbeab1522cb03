import { loadBlazeface } from '../../device/vision/blazeface.ts';
import { loadBlazefaceOnnx } from '../../device/vision/blazeface-onnx.ts';
import { downscaleFrame } from '../../device/vision/downscale.ts';
import { letterboxedFrame, samplePhotos } from '../../device/vision/sample-photos.ts';
import { scoreFloors } from '../../device/vision/score-floors.ts';
import { loadTensorflow } from '../../device/vision/tensorflow.ts';
import { type Figure, type Measurement, percentile } from './figures.ts';
import { loadPeer } from './vision-peer.ts';

const rounds = 9;
/** How often each picture is looked at in a round, by us and by the peer, which takes longer. */
const looks = 5;
const peerLooks = 2;

/**
 * How many times as fast BlazeFace finds the faces of the same frames as face-api's `detectAllFaces` does with TinyFaceDetector
 * on WebAssembly: the median of ratios of one round each. Our time begins with the camera's 1280 × 720 frame, that of face-api
 * with a picture that somebody has already made 640 × 360.
 */
export const visionSpeed: Measurement = {
  figures: [
    'vision.onnx.speedup',
    'vision.wasm.speedup',
    'vision.onnx.ms',
    'vision.wasm.ms',
    'vision.peer.ms',
  ],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const tensorflow = await loadTensorflow('wasm');
    const wasm = await loadBlazeface(tensorflow.tf);
    const onnx = await loadBlazefaceOnnx(1);
    const peer = await loadPeer(tensorflow, 'tiny');
    const frames = await Promise.all(samplePhotos.map((photo) => letterboxedFrame(photo)));
    const pictures = frames.map((frame) => downscaleFrame(frame, 640));

    const times = { onnx: [] as number[], wasm: [] as number[], peer: [] as number[] };
    // The first round only warms up.
    for (let round = 0; round <= rounds; round++) {
      const onnxMs = await msEach(frames, looks, (frame) =>
        onnx.detect(downscaleFrame(frame, 256), scoreFloors.continue),
      );
      const wasmMs = await msEach(frames, looks, (frame) =>
        wasm.detect(downscaleFrame(frame, 256), scoreFloors.continue),
      );
      const peerMs = await msEach(pictures, peerLooks, peer);
      if (round === 0) continue;
      times.onnx.push(onnxMs);
      times.wasm.push(wasmMs);
      times.peer.push(peerMs);
    }
    const speedup = (ours: readonly number[]) => times.peer.map((ms, round) => ms / (ours[round] ?? 0));
    const tell = (name: string, values: readonly number[], unit: string) =>
      report({ name, value: Math.round(percentile(values, 0.5) * 100) / 100, unit });
    tell('vision.onnx.speedup', speedup(times.onnx), 'ratio');
    tell('vision.wasm.speedup', speedup(times.wasm), 'ratio');
    tell('vision.onnx.ms', times.onnx, 'ms');
    tell('vision.wasm.ms', times.wasm, 'ms');
    tell('vision.peer.ms', times.peer, 'ms');
  },
};

/** Median time of one look, over all pictures. */
const msEach = async <Picture>(
  pictures: readonly Picture[],
  times: number,
  look: (picture: Picture) => unknown,
): Promise<number> => {
  const all: number[] = [];
  for (let time = 0; time < times; time++) {
    for (const picture of pictures) {
      const begun = performance.now();
      await look(picture);
      all.push(performance.now() - begun);
    }
  }
  return percentile(all, 0.5);
};
