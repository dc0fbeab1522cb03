import { expect, it } from 'vitest';
import { faceAt, follow, frames } from './test-walks.ts';
import { makeTracker } from './tracker.ts';

const frameMs = 100;

it('makes one passage of one person who walks past', () => {
  const { started, ended } = follow(frames(20, (n) => [faceAt(200 + 30 * n, 300)]));
  expect(started).toHaveLength(1);
  expect(ended).toEqual([
    expect.objectContaining({ passageId: 'passage-1', hits: 20, firstMs: 0, lastMs: 1900 }),
  ]);
});

it('says that a passage has started at the third sight of the face, and once', () => {
  const { steps } = follow(frames(6, () => [faceAt(200, 300)]));
  expect(steps.map((step) => step.started.length).slice(0, 6)).toEqual([0, 0, 1, 0, 0, 0]);
});

it('ends a passage 1.5 seconds after the last sight of the face', () => {
  const { steps } = follow(frames(5, () => [faceAt(200, 300)]));
  const endedAt = steps.findIndex((step) => step.ended.length > 0) * frameMs;
  expect(endedAt).toBe(400 + 1500 + frameMs);
});

it('makes nothing of a flicker', () => {
  const { started, ended } = follow(frames(6, (n) => (n % 5 === 0 ? [faceAt(200, 300)] : [])));
  expect(started).toEqual([]);
  expect(ended).toEqual([]);
});

it('begins no track with a doubtful face, but continues one', () => {
  expect(follow(frames(10, () => [faceAt(200, 300, 100, 0.55)])).started).toEqual([]);
  const { ended } = follow(frames(10, (n) => [faceAt(200, 300, 100, n === 0 ? 0.65 : 0.45)]));
  expect(ended).toEqual([expect.objectContaining({ hits: 10, bestScore: 0.65 })]);
});

it('keeps one passage through missed frames, also while the person walks on', () => {
  const { started, ended } = follow(frames(24, (n) => (n % 8 > 4 ? [] : [faceAt(150 + 40 * n, 300)])));
  expect(started).toHaveLength(1);
  expect(ended).toHaveLength(1);
});

it('keeps two people apart who stand side by side', () => {
  const { started, facesOf } = follow(
    frames(20, (n) => [faceAt(400 + 8 * Math.sin(n), 300), faceAt(520 + 8 * Math.cos(n), 310)]),
  );
  expect(started).toHaveLength(2);
  for (const { passageId } of started) {
    const sides = facesOf(passageId).map((face) => face.box.x + 50 < 460);
    expect(new Set(sides).size).toBe(1);
  }
});

it('does not swap two people whose paths cross', () => {
  const { started, facesOf } = follow(
    frames(21, (n) => [faceAt(200 + 30 * n, 280, 100), faceAt(800 - 30 * n, 330, 90)]),
  );
  expect(started).toHaveLength(2);
  const widths = started.map(({ passageId }) => new Set(facesOf(passageId).map((face) => face.box.width)));
  expect(widths.map((set) => set.size)).toEqual([1, 1]);
});

it('begins a new passage for the next person while the last one is still remembered', () => {
  const { started, ended } = follow([
    ...frames(10, (n) => [faceAt(640, 300, 60 + 12 * n)]),
    ...frames(4, () => []),
    ...frames(10, (n) => [faceAt(640, 290, 40 + 3 * n)]),
  ]);
  expect(started).toHaveLength(2);
  expect(ended.map((track) => track.hits)).toEqual([10, 10]);
});

it('comes to the same passages whatever the order of the detections', () => {
  const scene = frames(20, (n) => [
    faceAt(200 + 25 * n, 300),
    faceAt(700 - 20 * n, 320, 90),
    faceAt(900, 200, 60),
  ]);
  const turned = scene.map((faces, n) => [...faces.slice(n % 3), ...faces.slice(0, n % 3)].reverse());
  expect(follow(turned).ended).toEqual(follow(scene).ended);
});

it('leaves the tracks it was given as they were', () => {
  const tracker = makeTracker({ newPassageId: () => 'passage-1' });
  const { tracks } = tracker.step([], [faceAt(200, 300)], 0);
  const before = structuredClone(tracks);
  tracker.step(tracks, [faceAt(210, 300)], 100);
  expect(tracks).toEqual(before);
});

it('ends only what was a passage when the camera stops', () => {
  const tracker = makeTracker({ newPassageId: () => 'passage' });
  const seen = tracker.step([], [faceAt(200, 300)], 0).tracks;
  expect(tracker.finish(seen)).toEqual([]);
  const twice = tracker.step(seen, [faceAt(200, 300)], 100).tracks;
  const thrice = tracker.step(twice, [faceAt(200, 300)], 200).tracks;
  expect(tracker.finish(thrice)).toHaveLength(1);
});
