import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Outcome } from '#contract/outcome.ts';
import { Passage, Sighting } from '#contract/sighting.ts';
import type { Frame } from '../camera/frame.ts';
import { type Liveness, noLivenessCheck } from '../liveness/liveness.ts';
import { type LivenessPolicy, noLiveness } from '../liveness/liveness-policy.ts';
import { makeMemoryLog } from '../log.ts';
import type { NewEntry } from '../outbox/outbox.ts';
import { type FollowedTrack, makeTracker } from '../tracker/tracker.ts';
import type { Face } from '../vision/face.ts';
import { makeBestShots } from './best-shots.ts';
import { createTestFace, createTestFrame, sharpPattern } from './test-frames.ts';
import { makeVerdictBox } from './verdicts.ts';

const passageId = '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f';

/** A door's eyes behind the detector, fed with faces; `confirmations` are the second model's answers, then always 0.9. */
const makeDoor = ({
  confirmations = [] as number[],
  addFails = (): boolean => false,
  liveness = noLiveness,
  fullSize,
}: {
  readonly confirmations?: number[];
  readonly addFails?: () => boolean;
  readonly liveness?: LivenessPolicy;
  readonly fullSize?: Frame['fullSize'];
} = {}) => {
  const verdicts = makeVerdictBox({ isOnline: () => true });
  const entries: NewEntry[] = [];
  const asked: number[] = [];
  const log = makeMemoryLog();
  const bestShots = makeBestShots({
    finder: {
      confirm: async (crop) => {
        asked.push(crop.width);
        return { score: confirmations.shift() ?? 0.9 };
      },
    },
    outbox: {
      add: async (entry) => {
        if (addFails()) throw new Error('disk full');
        return entries.push(entry);
      },
    },
    log,
    verdicts,
    liveness,
    doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
  });
  const tracker = makeTracker({ newPassageId: () => passageId });
  let tracks: readonly FollowedTrack[] = [];
  let atMs = 0;
  return {
    entries,
    asked,
    log,
    bestShots,
    answer: (outcome: Outcome, attempt: 1 | 2 = 1) => verdicts.put({ v: 1, passageId, attempt, outcome }),
    tracks: () => tracks,
    show: async (frames: number, faces: readonly Face[]) => {
      for (let n = 0; n < frames; n++) {
        atMs += 100;
        const step = tracker.step(tracks, faces, atMs);
        tracks = step.tracks;
        const frame = createTestFrame(sharpPattern, { atMs });
        await bestShots.see(fullSize ? { ...frame, fullSize } : frame, faces, step);
      }
    },
  };
};

const frontal = createTestFace(320, 180, { width: 120 });
const fair = createTestFace(320, 180, { width: 70 });
const turned = createTestFace(320, 180, { width: 120, noseOffset: 0.7 });

it('sends an excellent shot while the person is still there, once, as the contract wants it', async () => {
  const door = makeDoor();
  await door.show(40, [frontal]);
  await door.show(30, []);
  expect(door.entries.map((entry) => entry.kind)).toEqual(['sighting']);
  const [entry] = door.entries;
  const facts = Sighting.parse({ ...entry?.facts, seq: 0 });
  expect(facts).toMatchObject({ passageId, attempt: 1, quality: { size: 120 }, track: { frames: 5 } });
  expect(new Date(facts.capturedAt).getTime()).toBe(1_700_000_000_000 + facts.monotonicMs);
});

it('sends the better of two shots', async () => {
  const door = makeDoor();
  await door.show(5, [fair]);
  await door.show(5, [createTestFace(320, 180, { width: 90 })]);
  await door.show(20, []);
  expect(door.entries).toMatchObject([{ kind: 'sighting', facts: { quality: { size: 90 } } }]);
});

it('reports the reason when no shot was usable', async () => {
  const door = makeDoor();
  await door.show(10, [turned]);
  await door.show(20, []);
  expect(door.entries.map((entry) => entry.kind)).toEqual(['passage']);
  expect(Passage.parse({ ...door.entries[0]?.facts, seq: 0 })).toMatchObject({ reason: 'not_frontal' });
  expect(door.asked).toEqual([]);
});

it('publishes nothing that the second model takes for no face', async () => {
  const door = makeDoor({ confirmations: [0.1, 0.1, 0.1] });
  await door.show(40, [frontal]);
  await door.show(20, []);
  expect(door.asked).toHaveLength(3);
  expect(door.entries).toMatchObject([{ kind: 'passage', facts: { reason: 'not_confirmed' } }]);
});

it('tries a later shot when the second model refuses the first', async () => {
  const door = makeDoor({ confirmations: [0.1] });
  await door.show(40, [frontal]);
  expect(door.asked).toHaveLength(2);
  expect(door.entries.map((entry) => entry.kind)).toEqual(['sighting']);
});

it('makes nothing of a flicker', async () => {
  const door = makeDoor();
  await door.show(4, [frontal]);
  await door.show(20, []);
  expect(door.entries).toEqual([]);
  expect(door.asked).toEqual([]);
});

it('tries again when the outbox could not take a sighting, also after the person has left', async () => {
  let broken = true;
  const door = makeDoor({ addFails: () => broken });
  await door.show(10, [frontal]);
  await door.show(30, []);
  expect(door.entries).toEqual([]);
  expect(door.bestShots.unsettled()).toBe(1);
  expect(door.log.lines.map((line) => line.event)).toContain('passage.failed');
  broken = false;
  await door.show(11, []);
  expect(door.entries.map((entry) => entry.kind)).toEqual(['sighting']);
  expect(door.bestShots.unsettled()).toBe(0);
});

it('settles who is still there when the camera stops', async () => {
  const door = makeDoor();
  await door.show(8, [fair]);
  expect(door.entries).toEqual([]);
  await door.bestShots.end(door.tracks());
  expect(door.entries.map((entry) => entry.kind)).toEqual(['sighting']);
});

it('says that a passage was lost when the outbox is broken to the end', async () => {
  const door = makeDoor({ addFails: () => true });
  await door.show(8, [fair]);
  await door.bestShots.end(door.tracks());
  expect(door.log.lines.at(-1)).toEqual({ event: 'passage.lost', fields: { passageId } });
});

const poor = createTestFace(320, 180, { width: 52 });

it('sends a much better picture when the first was not recognised, and no third', async () => {
  const door = makeDoor();
  await door.show(45, [poor]);
  expect(door.entries).toHaveLength(1);
  door.answer('unknown');
  await door.show(10, [frontal]);
  expect(door.entries).toMatchObject([
    { kind: 'sighting', facts: { attempt: 1, quality: { size: 52 } } },
    { kind: 'sighting', facts: { passageId, attempt: 2, quality: { size: 120 } } },
  ]);
  door.answer('unknown', 2);
  await door.show(20, [createTestFace(320, 180, { width: 160 })]);
  await door.show(20, []);
  expect(door.entries).toHaveLength(2);
  expect(door.bestShots.unsettled()).toBe(0);
});

it('sends a much better picture also when the verdict comes after the person has left', async () => {
  const door = makeDoor();
  await door.show(45, [poor]);
  await door.show(4, [frontal]);
  await door.show(20, []);
  expect(door.bestShots.unsettled()).toBe(1);
  expect(door.entries).toHaveLength(1);
  door.answer('ambiguous');
  await door.show(1, []);
  expect(door.entries).toMatchObject([{ facts: { attempt: 1 } }, { facts: { attempt: 2 } }]);
  expect(door.bestShots.unsettled()).toBe(0);
});

it('forgets the better picture when no verdict comes, and at once when it was a match', async () => {
  const silent = makeDoor();
  await silent.show(45, [poor]);
  await silent.show(4, [frontal]);
  await silent.show(100, []);
  expect(silent.bestShots.unsettled()).toBe(0);
  expect(silent.entries).toHaveLength(1);
  const recognised = makeDoor();
  await recognised.show(45, [poor]);
  await recognised.show(4, [frontal]);
  recognised.answer('matched');
  await recognised.show(20, []);
  expect(recognised.bestShots.unsettled()).toBe(0);
  expect(recognised.entries).toHaveLength(1);
});

it('ignores a verdict on a passage it does not know', async () => {
  const door = makeDoor();
  door.answer('unknown');
  await door.show(40, [frontal]);
  expect(door.entries).toHaveLength(1);
});

it('loses nothing when the camera stops while a verdict is waited for', async () => {
  const door = makeDoor();
  await door.show(45, [poor]);
  await door.show(4, [frontal]);
  await door.bestShots.end(door.tracks());
  expect(door.entries).toHaveLength(1);
  expect(door.log.lines.map((line) => line.event)).not.toContain('passage.lost');
});

it('cuts the crop from the full-size picture, decoded once for each better shot', async () => {
  const full = createTestFrame(sharpPattern, { width: 1920, height: 1080 });
  let decodes = 0;
  const door = makeDoor({
    fullSize: async () => {
      decodes += 1;
      return full;
    },
  });
  const small = createTestFace(320, 180, { width: 36 });
  await door.show(20, [small]);
  await door.show(20, []);
  const [entry] = door.entries;
  expect(entry).toMatchObject({ kind: 'sighting', facts: { quality: { size: 108 } } });
  const { width } = await sharp(entry?.kind === 'sighting' ? entry.jpeg : undefined).metadata();
  expect(width).toBeGreaterThanOrEqual(3 * 108);
  expect(decodes).toBe(1);
});

it('cuts it from the reduced frame when the full-size one is corrupt', async () => {
  const door = makeDoor({ fullSize: () => Promise.reject(new Error('corrupt')) });
  await door.show(20, [frontal]);
  await door.show(20, []);
  expect(door.entries).toMatchObject([{ kind: 'sighting', facts: { quality: { size: 120 } } }]);
});

const livenessOf = (...answers: readonly Liveness[]): LivenessPolicy['check'] => {
  const left = [...answers];
  return { ...noLivenessCheck, judge: async () => left.shift() ?? answers.at(-1) ?? null };
};
const flat = { score: 0.2, suspicious: true };
const alive = { score: 0.8, suspicious: false };

it('marks a face that looks like a picture', async () => {
  const door = makeDoor({ liveness: { check: livenessOf(flat), refuses: false } });
  await door.show(20, [frontal]);
  expect(door.entries).toMatchObject([{ kind: 'sighting', facts: { liveness: flat } }]);
});

it('sends no face that looks like a picture where these are refused, and says why', async () => {
  const door = makeDoor({ liveness: { check: livenessOf(flat), refuses: true } });
  await door.show(40, [frontal]);
  await door.show(20, []);
  expect(door.entries).toMatchObject([{ kind: 'passage', facts: { reason: 'suspicious' } }]);
});

it('sends a later shot of who was suspected and then turned', async () => {
  const door = makeDoor({ liveness: { check: livenessOf(flat, alive), refuses: true } });
  await door.show(40, [frontal]);
  await door.show(20, []);
  expect(door.entries).toMatchObject([{ kind: 'sighting', facts: { liveness: alive } }]);
});
