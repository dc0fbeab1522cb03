import sharp, { type Sharp } from 'sharp';
import { ReplayConfig } from '../../device/camera/replay/config.ts';
import { makeReplayCamera } from '../../device/camera/replay/replay-camera.ts';
import sampleFaces from '../../device/camera/replay/sample-faces.json' with { type: 'json' };
import { systemClock } from '../../device/clock.ts';
import { loadBlazefaceOnnx } from '../../device/vision/blazeface-onnx.ts';
import { growBox, intersectionOverUnion } from '../../device/vision/box.ts';
import type { Detector } from '../../device/vision/detector.ts';
import { downscaleFrame } from '../../device/vision/downscale.ts';
import type { Box, RgbImage } from '../../device/vision/face.ts';
import { samplePhotos } from '../../device/vision/sample-photos.ts';
import { scoreFloors } from '../../device/vision/score-floors.ts';
import { loadTensorflow } from '../../device/vision/tensorflow.ts';
import type { Figure, Measurement } from './figures.ts';
import { type LabelledPhoto, labelsFolder, readLabelledPhotos } from './vision-labels.ts';
import { loadPeer } from './vision-peer.ts';

/**
 * A face counts as found when a box overlaps its label by this intersection over union. dlib's labels are squares from the brows
 * to the chin, BlazeFace's boxes begin at the forehead: right ones overlap by 0.43 and more.
 */
const minOverlap = 0.4;
const detectionWidth = 256;

type Found = readonly { readonly box: Box; readonly score: number }[];

/**
 * Share of the labelled faces found: by BlazeFace in pictures 256 wide, with the score that starts a track, and by face-api's two
 * detectors in the whole pictures with their default settings. Then what BlazeFace takes for a face where there is none.
 */
export const visionRecall: Measurement = {
  figures: [
    'vision.recall',
    'vision.recall.tiny',
    'vision.recall.ssd',
    'vision.false_positives.labelled',
    'vision.false_positives.start',
    'vision.false_positives.publish',
  ],
  async measure(report: (figure: Figure) => void): Promise<void> {
    const blazeface = await loadBlazefaceOnnx(1);
    const photos = readLabelledPhotos();
    if (photos) await measureRecall(photos, blazeface, report);
    else process.stderr.write(`vision.recall is not measured: ${labelsFolder} does not exist\n`);
    await measureFalsePositives(blazeface, report);
  },
};

const measureRecall = async (
  photos: readonly LabelledPhoto[],
  blazeface: Detector,
  report: (figure: Figure) => void,
): Promise<void> => {
  const tensorflow = await loadTensorflow('wasm');
  const tiny = await loadPeer(tensorflow, 'tiny');
  const ssd = await loadPeer(tensorflow, 'ssd');
  const found = { blazeface: 0, tiny: 0, ssd: 0 };
  let labelled = 0;
  let falsePositives = 0;
  for (const { file, faces, ignored } of photos) {
    const whole = await decode(sharp(file));
    const small = await decode(sharp(file).resize(detectionWidth));
    const ours = (await blazeface.detect(small, scoreFloors.start)).map(({ box, score }) => ({
      score,
      box: scaleBox(box, whole.width / small.width, whole.height / small.height),
    }));
    labelled += faces.length;
    found.blazeface += countFound(faces, ours);
    found.tiny += countFound(faces, await tiny(whole));
    found.ssd += countFound(faces, await ssd(whole));
    falsePositives += ours.filter(({ box }) => isNowhere(box, [...faces, ...ignored])).length;
  }
  const unit = `of ${labelled} labelled faces, at an intersection over union of ${minOverlap} or more`;
  report({ name: 'vision.recall', value: share(found.blazeface, labelled), unit });
  report({ name: 'vision.recall.tiny', value: share(found.tiny, labelled), unit });
  report({ name: 'vision.recall.ssd', value: share(found.ssd, labelled), unit });
  report({
    name: 'vision.false_positives.labelled',
    value: falsePositives,
    unit: `boxes in ${photos.length} photographs`,
  });
};

const measureFalsePositives = async (
  blazeface: Detector,
  report: (figure: Figure) => void,
): Promise<void> => {
  const pictures = [...(await faceless()), ...(await clutter())];
  let [start, publish] = [0, 0];
  for (const picture of pictures) {
    const faces = await blazeface.detect(picture, scoreFloors.start);
    if (faces.length > 0) start += 1;
    if (faces.some(({ score }) => score >= scoreFloors.publish)) publish += 1;
  }
  const unit = `of ${pictures.length} pictures without a face`;
  report({ name: 'vision.false_positives.start', value: start, unit });
  report({ name: 'vision.false_positives.publish', value: publish, unit });
};

/** Each label takes the box that overlaps it most; no box counts twice. */
const countFound = (labels: readonly Box[], found: Found): number => {
  const pairs = labels.flatMap((label) =>
    found.map(({ box }) => ({ label, box, overlap: intersectionOverUnion(label, box) })),
  );
  const taken = new Set<Box>();
  for (const { label, box, overlap } of pairs.sort((a, b) => b.overlap - a.overlap)) {
    if (overlap < minOverlap || taken.has(label) || taken.has(box)) continue;
    taken.add(label);
    taken.add(box);
  }
  return taken.size / 2;
};

const isNowhere = (box: Box, labels: readonly Box[]): boolean =>
  labels.every((label) => intersectionOverUnion(label, box) < minOverlap);

const patch = { width: 480, height: 270 } as const;

/** Parts of the sample photographs away from every face: clothes, hands, plants, furniture. */
const faceless = async (): Promise<RgbImage[]> => {
  const pictures: RgbImage[] = [];
  for (const [index, file] of samplePhotos.entries()) {
    const { width, height } = await sharp(file).metadata();
    const faces = sampleFaces
      .filter(({ photo }) => photo === `sample${index + 1}.jpg`)
      .map(({ box }) => growBox(box, 0.3));
    for (let top = 0; top + patch.height <= height; top += patch.height / 2) {
      for (let left = 0; left + patch.width <= width; left += patch.width / 2) {
        if (faces.some((face) => intersectionOverUnion(face, { x: left, y: top, ...patch }) > 0)) continue;
        pictures.push(
          await decode(
            sharp(file)
              .extract({ left, top, ...patch })
              .resize(detectionWidth),
          ),
        );
      }
    }
  }
  return pictures;
};

/** A corridor in which things and blurred shapes move, and nobody walks. */
const clutter = async (): Promise<RgbImage[]> => {
  const pictures: RgbImage[] = [];
  const film = { kind: 'replay', scene: 'clutter', fps: 2, realtime: false, pauseSeconds: 1, passages: 40 };
  const camera = makeReplayCamera(ReplayConfig.parse(film), systemClock);
  for await (const frame of camera.frames(new AbortController().signal))
    pictures.push(downscaleFrame(frame, detectionWidth));
  return pictures;
};

const decode = async (picture: Sharp): Promise<RgbImage> => {
  const { data, info } = await picture
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
};

const scaleBox = ({ x, y, width, height }: Box, factorX: number, factorY: number): Box => ({
  x: x * factorX,
  y: y * factorY,
  width: width * factorX,
  height: height * factorY,
});

const share = (part: number, whole: number): number => Math.round((part / whole) * 1000) / 1000;
