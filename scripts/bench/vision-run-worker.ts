import type { Frame } from '../../device/camera/frame.ts';
import { clampBox } from '../../device/vision/box.ts';
import { cropRgb } from '../../device/vision/crop.ts';
import { makeFaceFinder } from '../../device/vision/face-finder.ts';
import { letterboxedFrame, samplePhotos } from '../../device/vision/sample-photos.ts';
import { percentile } from './figures.ts';
import { childInput, report } from './vision-child.ts';

export type WorkerRunInput = {
  readonly runtime: 'auto' | 'wasm';
  readonly detectionSide: number;
  readonly firstMark: number;
  readonly lastMark: number;
};
/** Resident megabytes and TensorFlow.js's tensors at each mark. */
export type WorkerRunOutput = {
  readonly runtime: string;
  readonly rssMegabytes: readonly [number, number];
  readonly tensors: readonly [number, number];
};

/** How often a passage's crop is confirmed: every so many frames. */
const confirmEvery = 25;
const readings = 9;
const framesPerReading = 20;

const { runtime, detectionSide, firstMark, lastMark } = childInput<WorkerRunInput>();
const finder = await makeFaceFinder({ runtime, detectionSide });
const frames = await Promise.all(samplePhotos.map((photo) => letterboxedFrame(photo)));
let seen = 0;

const look = async (until: number): Promise<void> => {
  for (; seen < until; seen++) {
    const frame = frames[seen % frames.length] as Frame;
    const [face] = await finder.detect(frame);
    if (seen % confirmEvery === 0 && face) await finder.confirm(cropRgb(frame, clampBox(face.box, frame)));
  }
};

/** What one reading shows depends on when the garbage was last collected: the median of some, a few frames apart. */
const measure = async (mark: number) => {
  await look(mark);
  const rss: number[] = [];
  for (let reading = 0; reading < readings; reading++) {
    await look(seen + framesPerReading);
    rss.push(process.memoryUsage.rss() / 2 ** 20);
  }
  return { rss: percentile(rss, 0.5), tensors: await finder.countTensors() };
};

const first = await measure(firstMark);
const last = await measure(lastMark);
report({
  runtime: finder.runtime,
  rssMegabytes: [first.rss, last.rss],
  tensors: [first.tensors, last.tensors],
} satisfies WorkerRunOutput);
