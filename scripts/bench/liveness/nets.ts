import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import sharp from 'sharp';
import { makeRandom } from '../../../device/camera/replay/random.ts';
import { type SamplePerson, usablePeople } from '../../../device/camera/replay/sample-people.ts';
import { clampBox, growBox } from '../../../device/vision/box.ts';
import { loadTensorflow, packageFiles, type Tf } from '../../../device/vision/tensorflow.ts';
import type { Figure } from '../figures.ts';
import { type FacePicture, onPaper, onScreen } from './recaptured.ts';

/** The two networks inside @vladmandic/human that call themselves anti-spoofing, with the side of their input. */
const nets = { antispoof: 128, liveness: 32 } as const;
type NetName = keyof typeof nets;
/** As human hands faces over: the detector's box this much larger, square, 0..1 (its `face.ts` and `blazeface.ts`). */
const boxScale = 1.4;
const faceWidth = 120;
/** Above, human calls a face real. */
const threshold = 0.5;

export const netFigures = Object.keys(nets).flatMap((net) =>
  ['auc', 'false_alarms', 'missed'].map((figure) => `liveness.net.${net}.${figure}`),
);

/**
 * Asks both networks about the sample faces as they are, and on paper and on a screen. `auc` is how often a real face scores
 * above a picture of one: 1 always, 0.5 by chance.
 */
export const measureNets = async (report: (figure: Figure) => void): Promise<void> => {
  const { tf } = await loadTensorflow('wasm');
  const random = makeRandom(3);
  const real: FacePicture[] = await Promise.all(usablePeople().map(faceOf));
  const pictures = await Promise.all([
    ...real.map((face) => onScreen(face, random)),
    ...real.map((face) => onPaper(face, random)),
  ]);
  for (const net of Object.keys(nets) as NetName[]) {
    const ask = await loadNet(tf, net);
    const [alive, fake] = [real.map(ask), pictures.map(ask)];
    const share = (scores: readonly number[], is: (score: number) => boolean) =>
      round(scores.filter(is).length / scores.length);
    const pairs = alive.flatMap((a) => fake.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
    const auc = round(pairs.reduce((sum, one) => sum + one, 0) / pairs.length);
    report({ name: `liveness.net.${net}.auc`, value: auc, unit: 'share' });
    const falseAlarms = share(alive, (score) => score < threshold);
    report({ name: `liveness.net.${net}.false_alarms`, value: falseAlarms, unit: 'share' });
    const missed = share(fake, (score) => score >= threshold);
    report({ name: `liveness.net.${net}.missed`, value: missed, unit: 'share' });
  }
};

const round = (share: number): number => Math.round(share * 1000) / 1000;

/** Head and shoulders as a door would cut them, with a face of 120 px. */
const faceOf = async ({ photoPath, box }: SamplePerson): Promise<FacePicture> => {
  const { x: left, y: top, width, height } = clampBox(growBox(box, 1), await sharp(photoPath).metadata());
  const scale = faceWidth / box.width;
  const { data, info } = await sharp(photoPath)
    .extract({ left, top, width, height })
    .resize({ width: Math.round(width * scale) })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const inCut = { x: (box.x - left) * scale, y: (box.y - top) * scale };
  return {
    picture: { width: info.width, height: info.height, data },
    box: { ...inCut, width: faceWidth, height: faceWidth },
  };
};

type NetFile = {
  readonly format: string;
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: [] }[];
};

const loadNet = async (tf: Tf, net: NetName): Promise<(face: FacePicture) => number> => {
  const folder = packageFiles('@vladmandic/human', 'models');
  const file = JSON.parse(await readFile(path.join(folder, `${net}.json`), 'utf8')) as NetFile;
  const weights = await readFile(path.join(folder, `${net}.bin`));
  const model = await tf.loadGraphModel({
    load: async () => ({
      format: file.format,
      modelTopology: file.modelTopology,
      weightSpecs: file.weightsManifest.flatMap((group) => group.weights),
      weightData: Uint8Array.from(weights).buffer,
    }),
  });
  return ({ picture, box }) =>
    tf.tidy(() => {
      const { width, height } = picture;
      const { x, y, ...grown } = growBox(box, (boxScale - 1) / 2);
      const where = [[y / height, x / width, (y + grown.height) / height, (x + grown.width) / width]];
      const input = tf.tensor4d(Float32Array.from(picture.data), [1, height, width, 3]);
      const cut: Tensor4D = tf.image.cropAndResize(input, where, [0], [256, 256]);
      const sized = tf.image.resizeBilinear(tf.div<Tensor4D>(cut, 255), [nets[net], nets[net]]);
      return (model.execute(sized) as Tensor).dataSync()[0] ?? 0;
    });
};
