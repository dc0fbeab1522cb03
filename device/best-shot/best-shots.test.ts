import { expect, it } from 'vitest';
import { Passage, Sighting } from '#contract/sighting.ts';
import { makeMemoryLog } from '../log.ts';
import type { NewEntry } from '../outbox/outbox.ts';
import { makeTracker, type Track } from '../tracker/tracker.ts';
import type { Face } from '../vision/face.ts';
import { makeBestShots } from './best-shots.ts';
import { createTestFace, createTestFrame, sharpPattern } from './test-frames.ts';

const passageId = '01932f6e-8f2a-7c31-9d4e-5a6b7c8d9e0f';

/** A door's eyes behind the detector, fed with faces; `confirmations` are the second model's answers, then always 0.9. */
const makeDoor = ({ confirmations = [] as number[], addFails = (): boolean => false } = {}) => {
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
    doorTime: { bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c', clockState: () => 'synced' },
  });
  const tracker = makeTracker({ newPassageId: () => passageId });
  let tracks: readonly Track[] = [];
  let atMs = 0;
  return {
    entries,
    asked,
    log,
    bestShots,
    tracks: () => tracks,
    show: async (frames: number, faces: readonly Face[]) => {
      for (let n = 0; n < frames; n++) {
        atMs += 100;
        const step = tracker.step(tracks, faces, atMs);
        tracks = step.tracks;
        await bestShots.see(createTestFrame(sharpPattern, { atMs }), faces, step);
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
