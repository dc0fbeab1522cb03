import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makeManualClock } from '../../clock.ts';
import { cropRgb } from '../../vision/crop.ts';
import type { Box } from '../../vision/face.ts';
import { lumaOfRgb, lumaStatistics, resizeLuma } from '../../vision/luma.ts';
import { planesOf } from '../../vision/yuv.ts';
import type { Frame } from '../frame.ts';
import { ReplayConfig } from './config.ts';
import { makeReplayCamera } from './replay-camera.ts';
import { samplePerson } from './sample-people.ts';
import { walkGroups } from './script.ts';
import { replayScript } from './truth.ts';
import { placeAt } from './walk.ts';

const configOf = (changes: Partial<ReplayConfig> = {}): ReplayConfig =>
  ReplayConfig.parse({
    kind: 'replay',
    width: 640,
    height: 360,
    realtime: false,
    passages: 1,
    pauseSeconds: 0.5,
    together: 0,
    ...changes,
  });

const clock = makeManualClock({ now: 1_700_000_000_000, monotonicMs: 5000 });

async function* play(config: ReplayConfig): AsyncGenerator<Frame> {
  yield* makeReplayCamera(config, clock).frames(new AbortController().signal);
}

const hashOf = async (config: ReplayConfig): Promise<string> => {
  const hash = createHash('sha256');
  for await (const frame of play(config)) hash.update(frame.data);
  return hash.digest('hex');
};

describe('the film', () => {
  it('is the same for the same seed, byte for byte, and another for another seed', async () => {
    const first = await hashOf(configOf({ seed: 4 }));
    expect(await hashOf(configOf({ seed: 4 }))).toBe(first);
    expect(await hashOf(configOf({ seed: 5 }))).not.toBe(first);
  });

  it('gives whole YUV 4:2:0 frames, one every 100 ms of the film', async () => {
    let count = 0;
    for await (const frame of play(configOf())) {
      expect(frame.data).toHaveLength((640 * 360 * 3) / 2);
      expect(frame).toMatchObject({ index: count, monotonicMs: 5000 + 100 * count });
      expect(frame.capturedAt - frame.monotonicMs).toBe(1_700_000_000_000 - 5000);
      count += 1;
    }
    const [passage] = replayScript(configOf());
    expect(count * 100).toBeGreaterThan(passage?.toMs ?? Number.POSITIVE_INFINITY);
  });

  it('shows someone between the times of the script and nobody else', async () => {
    const config = configOf({ seed: 6 });
    const [passage] = replayScript(config);
    if (!passage) throw new Error('the film has no passage');
    // What moves by more than the noise of the empty corridor, from the first frame on.
    let empty: Frame | undefined;
    for await (const frame of play(config)) {
      empty ??= frame;
      const corridor = empty.data;
      const changed = frame.data
        .subarray(0, 640 * 360)
        .filter((luma, at) => Math.abs(luma - (corridor[at] ?? 0)) > 8).length;
      const atMs = frame.index * 100;
      if (atMs < passage.fromMs || atMs >= passage.toMs) expect(changed).toBe(0);
      else if (atMs > passage.fromMs + 200 && atMs < passage.toMs - 400) expect(changed).toBeGreaterThan(200);
    }
  });

  it('never shows a face as it was in the photograph, nor twice the same', async () => {
    const person = samplePerson('s6-4');
    const config = configOf({ people: [person.id], passages: 3, width: 1280, height: 720 });
    const still = await faceOfStill(person.photoPath, person.box);
    const faces: Uint8Array[] = [];
    for (const walk of [...walkGroups(config)].flat()) {
      const atMs = Math.ceil((walk.fromMs + walk.approachMs) / 100) * 100;
      const place = placeAt(walk, atMs, config);
      if (!place) throw new Error('nobody there');
      for await (const frame of play(config)) {
        if (frame.index * 100 < atMs) continue;
        const half = place.faceWidth / 2;
        const box = { x: place.centreX - half, y: place.centreY - half, width: 2 * half, height: 2 * half };
        faces.push(smallLuma(cropRgb(frame, box)));
        break;
      }
    }
    expect(faces).toHaveLength(3);
    for (const [n, face] of faces.entries()) {
      for (const other of [still, ...faces.slice(n + 1)])
        expect(meanDifference(face, other)).toBeGreaterThan(4);
    }
  });

  it('is over at once when the signal aborts', async () => {
    const abort = new AbortController();
    let count = 0;
    for await (const _ of makeReplayCamera(configOf(), clock).frames(abort.signal)) {
      count += 1;
      if (count === 3) abort.abort();
    }
    expect(count).toBe(3);
  });

  it('is an empty corridor when nobody passes', async () => {
    const config = configOf({ passages: 0 });
    expect(replayScript(config)).toEqual([]);
    let count = 0;
    for await (const frame of play(config)) {
      count += 1;
      const { u, v } = planesOf(640, 360);
      expect(new Set(frame.data.subarray(u, v)).size).toBe(1);
    }
    expect(count).toBeGreaterThan(0);
  });

  it('refuses a person who is in none of the photographs', () => {
    expect(() => makeReplayCamera(configOf({ people: ['s9-9'] }), clock)).toThrow('No sample face "s9-9"');
  });
});

describe('in real time', () => {
  it('gives a frame when its time has come and leaves out those a slow reader has missed', async () => {
    const ticking = makeManualClock({ now: 1_700_000_000_000, monotonicMs: 5000 });
    const config = configOf({ realtime: true, pauseSeconds: 60 });
    const reader = makeReplayCamera(config, ticking)
      .frames(new AbortController().signal)
      [Symbol.asyncIterator]();
    expect((await reader.next()).value).toMatchObject({ index: 0, monotonicMs: 5000 });
    const second = reader.next();
    await ticking.advance(100);
    expect((await second).value).toMatchObject({ index: 1, monotonicMs: 5100 });
    await ticking.advance(350);
    expect((await reader.next()).value).toMatchObject({ index: 4, monotonicMs: 5450 });
    const next = reader.next();
    await ticking.advance(50);
    expect((await next).value).toMatchObject({ index: 5, monotonicMs: 5500 });
  });
});

const smallLuma = (image: ReturnType<typeof cropRgb>): Uint8Array => {
  const luma = lumaOfRgb(image, { x: 0, y: 0, width: image.width, height: image.height });
  return resizeLuma(luma, 48, 48).data;
};

const faceOfStill = async (photoPath: string, box: Box): Promise<Uint8Array> => {
  const { data, info } = await sharp(photoPath)
    .extract({ left: box.x, top: box.y, width: box.width, height: box.height })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(lumaStatistics(lumaOfRgb({ ...info, data }, { ...box, x: 0, y: 0 })).mean).toBeGreaterThan(0);
  return smallLuma({ width: info.width, height: info.height, data });
};

const meanDifference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;
