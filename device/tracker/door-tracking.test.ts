import { describe, expect, it } from 'vitest';
import type { Face } from '../vision/face.ts';
import { faceAt, follow, frames } from './test-walks.ts';
import { doorTracking, mayStandStill, type TrackerSettings } from './track.ts';
import { type FollowedTrack, makeTracker } from './tracker.ts';

type Film = readonly (readonly Face[])[];

/** Follows a film as a door does, until everyone is forgotten. */
const watch = (film: Film, frameMs = 100, changes: Partial<TrackerSettings> = {}) =>
  follow(film, { frameMs, settings: { ...doorTracking, ...changes }, afterwards: 31_000 / frameMs });

const nobody = (count: number): Film => frames(count, () => []);
/** An empty wall for longer than a picture on it would have stayed unseen. */
const emptyWall = nobody(101);
/** Comes up to the camera and stops at (640, 300), 100 pixels wide. */
const arrival = frames(15, (n) => [faceAt(640, 300, 44 + 4 * n)]);
const standing = (count: number, score = 0.9): Film =>
  frames(count, (n) => [faceAt(640 + 4 * Math.sin(n), 300, 100, score)]);
const departure = frames(8, (n) => [faceAt(640 + 90 * n, 300, 100 + 8 * n)]);

describe('one passage', () => {
  it('is someone whose head turns: doubtful for a second, then not found for more than another', () => {
    const doubtful = frames(10, (n) => [faceAt(640 - 3 * n, 300, 90, 0.45, -0.3)]);
    const { started, ended } = watch([...arrival, ...doubtful, ...nobody(13), ...standing(10), ...departure]);
    expect(started).toHaveLength(1);
    expect(ended.map(({ hits }) => hits)).toEqual([15 + 10 + 10 + 8]);
  });

  describe('is someone who stands in the doorway for minutes and turns away at times', () => {
    const looks = [20, 70, 35, 120, 60].flatMap((away) => [...standing(300), ...nobody(away)]);
    const film = [...arrival, ...looks, ...standing(300), ...departure];

    it('with a memory', () => {
      const { started, ended } = watch(film);
      expect(started).toHaveLength(1);
      expect(ended).toHaveLength(1);
      expect((ended[0]?.lastMs ?? 0) - (ended[0]?.firstMs ?? 0)).toBeGreaterThan(200_000);
    });

    it('which would be six without one', () => {
      const { ended } = watch(film, 100, {
        memoryMs: { atLeast: 0, atMost: 0 },
        ignoresPictures: false,
      });
      expect(ended).toHaveLength(6);
    });
  });

  it('is someone who appears on the spot and stands still', () => {
    const { started, facesOf } = watch([...emptyWall, ...standing(20)]);
    expect(started).toHaveLength(1);
    expect(facesOf(started[0]?.passageId ?? '')).toHaveLength(20);
  });

  it('is someone whose shoulder was taken for the face while the head was turned', () => {
    const shoulder = frames(12, (n) => [faceAt(650, 300 + Math.min(110, 25 * n), 110, 0.5)]);
    const { started, facesOf } = watch([...arrival, ...shoulder, ...standing(10)]);
    expect(started).toHaveLength(1);
    expect(facesOf(started[0]?.passageId ?? '')).toHaveLength(15 + 12 + 10 - 5);
  });

  it.each([100, 200])('is someone in a hurry, a frame every %i ms', (frameMs) => {
    // Twelve face widths a second: two metres a second, one metre from the camera.
    const step = (12 * 100 * frameMs) / 1000;
    const { started } = watch(
      frames(1300 / frameMs, (n) => [faceAt(-40 + step * n, 300)]),
      frameMs,
    );
    expect(started).toHaveLength(1);
  });

  it('is someone who comes in and goes out over the edge of the picture, cut off there', () => {
    const cutOff = (n: number): Face => {
      const visible = Math.min(1, 0.4 + 0.2 * n);
      const face = faceAt(60 + 30 * n, 300, 120, visible < 1 ? 0.65 : 0.9);
      return { ...face, box: { ...face.box, x: face.box.x + (1 - visible) * 60, width: visible * 120 } };
    };
    const inAndOut = [...frames(8, (n) => [cutOff(n)]), ...frames(8, (n) => [cutOff(7 - n)])];
    expect(watch(inAndOut).started).toHaveLength(1);
  });

  it('is a face on which the detector puts two boxes', () => {
    const twice = frames(20, (n) => [
      faceAt(200 + 20 * n, 300, 100),
      faceAt(205 + 20 * n, 310, 52, n % 4 === 0 ? 0.5 : 0.7),
    ]);
    expect(watch(twice).started).toHaveLength(1);
  });
});

describe('two passages', () => {
  it('are two people who leave together', () => {
    const { ended } = watch(frames(20, (n) => [faceAt(300 + 30 * n, 300), faceAt(440 + 30 * n, 310, 95)]));
    expect(ended.map(({ hits, lastMs }) => ({ hits, lastMs }))).toEqual([
      { hits: 20, lastMs: 1900 },
      { hits: 20, lastMs: 1900 },
    ]);
  });

  it('are an adult and a child hand in hand, even when the child is missed every other frame', () => {
    const pair = frames(24, (n) => {
      const size = 50 + 4 * n;
      const child = faceAt(600 - size, 300 + 1.2 * size, 0.8 * size, 0.85);
      return n % 2 === 0 ? [faceAt(640, 300, size), child] : [faceAt(640, 300, size)];
    });
    const { started, facesOf } = watch(pair);
    expect(started).toHaveLength(2);
    const heights = started.map(({ passageId }) => new Set(facesOf(passageId).map(({ box }) => box.y > 290)));
    expect(heights.map((set) => set.size)).toEqual([1, 1]);
  });

  it('are two who cross, one hidden behind the other for a while', () => {
    const cross = frames(30, (n) => {
      const front = faceAt(200 + 30 * n, 300, 120);
      const behind = faceAt(1070 - 30 * n, 290, 90, 0.85);
      const isHidden = Math.abs(front.box.x - behind.box.x) < 130;
      return isHidden ? [front] : [front, behind];
    });
    const { started, facesOf } = watch(cross);
    expect(started).toHaveLength(2);
    for (const { passageId } of started)
      expect(new Set(facesOf(passageId).map(({ box }) => box.width)).size).toBe(1);
  });

  it('are two who walk out over the same edge, three seconds apart', () => {
    const through = frames(12, (n) => [faceAt(700 + 50 * n, 300, 110)]);
    expect(watch([...through, ...nobody(30), ...through]).started).toHaveLength(2);
  });

  it('are two of a queue, of whom the second stops where the first one stood', () => {
    const gone = arrival.length + 20 + departure.length;
    const film = frames(gone + 25, (n) => {
      const first = [...arrival, ...standing(20), ...departure][n] ?? [];
      const second = [...nobody(gone - 10), ...arrival, ...standing(20)][n] ?? [];
      return [...first, ...second];
    });
    expect(watch(film).started).toHaveLength(2);
  });

  it('are two at the same place with more time between them than anyone is remembered', () => {
    const film = [...arrival, ...standing(20), ...nobody(110), ...arrival, ...standing(20)];
    expect(watch(film).started).toHaveLength(2);
  });
});

describe('a picture on the wall', () => {
  /** The detector's box trembles; someone in front of it pushes it aside for a while. */
  const poster = frames(600, (n) => {
    const pushed = n > 300 && n < 330 ? 18 : 0;
    return [faceAt(500 + pushed + 3 * Math.sin(7 * n), 200 + 3 * Math.cos(5 * n), 80 + 3 * Math.sin(3 * n))];
  });

  it('is no passage', () => {
    const { started, ended, steps } = watch(poster);
    expect([...started, ...ended]).toEqual([]);
    expect(steps.flatMap((step) => step.updated)).toEqual([]);
  });

  it('would be one for a tracker that does not ask for movement', () => {
    expect(watch(poster, 100, { ignoresPictures: false }).started).toHaveLength(1);
  });

  it('is known again after the light was out', () => {
    expect(watch([...poster, ...nobody(3000), ...poster]).started).toEqual([]);
  });

  it('is known again after someone stood before it and took its track along', () => {
    const leaving = frames(10, (n) => [faceAt(500 + 60 * n, 200, 90)]);
    const { started, facesOf } = watch([...poster, ...leaving, ...nobody(20), ...poster]);
    expect(started).toHaveLength(1);
    expect(started[0]?.firstMs).toBeGreaterThanOrEqual(100 * poster.length);
    expect(facesOf(started[0]?.passageId ?? '').length).toBeLessThanOrEqual(leaving.length);
  });

  it('is known again when it was doubtful at first and is clear in another light', () => {
    const doubtful = frames(5, () => [faceAt(500, 200, 80, 0.45)]);
    expect(watch([...doubtful, ...nobody(200), ...poster]).started).toEqual([]);
  });

  it('is one passage, once, when it is hung up while the door watches', () => {
    const { started, ended } = watch([...emptyWall, ...poster, ...nobody(400), ...poster]);
    expect(started).toHaveLength(1);
    expect(ended).toHaveLength(1);
  });

  it('is remembered for a week, once however often it was seen', () => {
    const tracker = makeTracker({ newPassageId: () => 'passage', ...doorTracking });
    const daysLater = (days: number, tracks: readonly FollowedTrack[]) =>
      tracker.step(tracks, [], days * 24 * 3_600_000).tracks;
    let { tracks } = follow([...poster, ...nobody(50), ...poster], { settings: doorTracking });
    expect(tracks).toHaveLength(1);
    tracks = daysLater(6, tracks);
    expect(tracks).toHaveLength(1);
    expect(daysLater(8, tracks)).toEqual([]);
  });

  it('is no reason to search a scene without motion after ten seconds; someone who came and stands is', () => {
    const mayStand = (film: Film) => {
      const { tracks } = follow(film, { settings: doorTracking, afterwards: 0 });
      return tracks.some((track) => mayStandStill(track, (film.length - 1) * 100));
    };
    expect(mayStand(poster.slice(0, 99))).toBe(true);
    expect(mayStand(poster.slice(0, 110))).toBe(false);
    expect(mayStand([...emptyWall, ...poster.slice(0, 110)])).toBe(false);
    expect(mayStand([...arrival, ...standing(3000)])).toBe(true);
  });

  it('is told from someone who was there at the beginning and only turns the head', () => {
    const turning = frames(20, (n) => [faceAt(500, 200, 80, 0.9, n < 6 ? -0.25 : 0)]);
    expect(watch(turning).started).toHaveLength(1);
  });
});
