import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { intersectionOverUnion } from '../../../device/vision/box.ts';
import { headPose } from './alignment.ts';
import { loadAnalyse } from './load-analyse.ts';
import { decodePicture } from './picture.ts';
import { sampleCrop, samplePhoto } from './sample-crops.ts';

let loaded: Awaited<ReturnType<typeof loadAnalyse>>;
beforeAll(async () => {
  loaded = await loadAnalyse('wasm');
});

const look = async (picture: Uint8Array, limit: number) =>
  loaded.analyse(await decodePicture(picture), limit);

describe('looking at a picture', () => {
  it('describes a face with 128 numbers and leaves no tensors behind', async () => {
    const picture = await sampleCrop('s6-2');
    await look(picture, 1);
    const before = loaded.tf.memory().numTensors;
    for (let round = 0; round < 5; round++) {
      const [face] = await look(picture, 1);
      expect(face?.descriptor).toHaveLength(128);
    }
    expect(loaded.tf.memory().numTensors).toBe(before);
  });

  it('finds everyone who looks out of a photograph, largest first', async () => {
    for (const [photo, people] of [
      ['sample2.jpg', 3],
      ['sample4.jpg', 4],
      ['sample5.jpg', 5],
    ] as const) {
      const widths = (await look(await readFile(samplePhoto(photo)), 100)).map(({ box }) => box.width);
      expect(widths, photo).toHaveLength(people);
      expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    }
  });

  it('counts a face once that the first look takes for two', async () => {
    expect(await look(await sampleCrop('s2-1', 640), 100)).toHaveLength(1);
  });

  it('sees the same face as the largest, whether it looks for one or for all', async () => {
    const photo = await readFile(samplePhoto('sample6.jpg'));
    const none = { x: 0, y: 0, width: 0, height: 0 };
    const [largest] = await look(photo, 100);
    const [glanced] = await look(photo, 1);
    expect(intersectionOverUnion(glanced?.box ?? none, largest?.box ?? none)).toBeGreaterThan(0.8);
  });

  it('measures angles that follow the head', async () => {
    const poseOf = async (picture: Uint8Array) => {
      const [face] = await look(picture, 1);
      if (!face) throw new Error('There is no face in the picture.');
      return headPose(face.points);
    };
    const face = sharp(await sampleCrop('s5-2'));
    const straight = await poseOf(await face.clone().toBuffer());
    expect(straight.yaw).toBeGreaterThan(15);
    expect((await poseOf(await face.clone().flop().toBuffer())).yaw).toBeLessThan(-15);
    const clockwise = await poseOf(await face.clone().rotate(20, { background: '#888' }).toBuffer());
    expect(Math.abs(clockwise.roll - straight.roll - 20)).toBeLessThan(6);
  });
});
