import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Face } from '../vision/face.ts';
import { faceAt, follow, frames } from './test-walks.ts';
import { doorTracking } from './track.ts';
import { makeTracker, type Step } from './tracker.ts';

const runs = { numRuns: 150, seed: 4 };

/** People in lanes of their own, three face widths apart, who walk up and down them; the detector trembles and misses some. */
const lanes = fc
  .record({
    people: fc.integer({ min: 1, max: 5 }),
    pace: fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 5, maxLength: 5 }),
    tremble: fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 40, maxLength: 40 }),
    missed: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 40, maxLength: 40 }),
    order: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ people, pace, tremble, missed, order }) =>
    frames(40, (n) => {
      const faces = Array.from({ length: people }, (_, person) => {
        const shake = tremble[(n + 7 * person) % 40] ?? 0;
        const y = 400 + (pace[person] ?? 0) * n;
        // Each person has a width of their own: that is how the test knows them again.
        return faceAt(150 + 330 * person + shake, y, 100 + person, 0.9);
      });
      // Never twice in a row, and everyone is seen at first and at last.
      const seen = faces.filter((_, person) => n % 2 === 0 || missed[n] !== person);
      return [...seen.slice(order), ...seen.slice(0, order)];
    }),
  );

const peopleOf = (film: readonly (readonly Face[])[]): number =>
  new Set(film.flatMap((faces) => faces.map(({ box }) => box.width))).size;

/** Whether every person is one passage and every passage one person. */
const keepsApart = (film: readonly (readonly Face[])[], steps: readonly Step[]): boolean => {
  const people = new Map<string, Set<number>>();
  for (const { track, face } of steps.flatMap(({ updated }) => updated)) {
    const known = people.get(track.passageId) ?? new Set<number>();
    people.set(track.passageId, known.add(face.box.width));
  }
  return people.size === peopleOf(film) && [...people.values()].every((widths) => widths.size === 1);
};

it('never swaps people who are well apart, whatever the detector misses and in whatever order it finds them', () => {
  fc.assert(
    fc.property(lanes, (film) => keepsApart(film, follow(film).steps)),
    runs,
  );
});

it('would be caught at it: a tracker that hands faces out by their order does swap them', () => {
  const byOrder = (film: readonly (readonly Face[])[]): readonly Step[] =>
    film.map((faces, n) => ({
      tracks: [],
      started: [],
      ended: [],
      updated: faces.map((face, at) => ({
        face,
        track: {
          passageId: `passage-${at}`,
          box: face.box,
          velocity: { x: 0, y: 0 },
          hits: n + 1,
          bestScore: face.score,
          firstMs: 0,
          lastMs: 100 * n,
        },
      })),
    }));
  const result = fc.check(
    fc.property(lanes, (film) => keepsApart(film, byOrder(film))),
    runs,
  );
  expect(result.failed).toBe(true);
});

/** Anything a detector might report: overlapping, tiny, doubtful, outside the picture. */
const anyFace = fc
  .record({
    x: fc.integer({ min: -100, max: 1400 }),
    y: fc.integer({ min: -100, max: 800 }),
    width: fc.integer({ min: 8, max: 400 }),
    score: fc.double({ min: 0.4, max: 1, noNaN: true }),
    turned: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  })
  .map(({ x, y, width, score, turned }) => faceAt(x, y, width, score, turned));
const anyFilm = fc.array(fc.array(anyFace, { maxLength: 8 }), { minLength: 1, maxLength: 30 });

const watch = (film: readonly (readonly Face[])[], afterwards = 0) =>
  follow(film, { settings: doorTracking, afterwards });

it('gives a face to one track at most, and a track one face at most', () => {
  fc.assert(
    fc.property(anyFilm, (film) => {
      for (const { updated, tracks } of watch(film).steps) {
        expect(new Set(updated.map(({ face }) => face)).size).toBe(updated.length);
        expect(new Set(updated.map(({ track }) => track.passageId)).size).toBe(updated.length);
        expect(new Set(tracks.map(({ passageId }) => passageId)).size).toBe(tracks.length);
      }
    }),
    runs,
  );
});

it('sees the same whatever the order of the detections in a frame', () => {
  fc.assert(
    fc.property(anyFilm, fc.integer({ min: 1, max: 7 }), (film, turn) => {
      const turned = film.map((faces) => [...faces.slice(turn), ...faces.slice(0, turn)].reverse());
      const plain = watch(film);
      const other = watch(turned);
      expect(other.tracks).toEqual(plain.tracks);
      expect(other.started).toEqual(plain.started);
      expect(other.ended).toEqual(plain.ended);
    }),
    runs,
  );
});

it('starts and ends a passage once, in this order', () => {
  fc.assert(
    fc.property(anyFilm, (film) => {
      const { started, ended } = watch(film, 320);
      const ids = started.map(({ passageId }) => passageId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ended.map(({ passageId }) => passageId).sort()).toEqual([...ids].sort());
    }),
    runs,
  );
});

it('forgets everyone, and holds no more tracks than faces were seen within its memory', () => {
  fc.assert(
    fc.property(anyFilm, (film) => {
      const { steps, tracks } = watch(film, 320);
      // What had not moved by then may be pictures, whose places are remembered, one for each.
      expect(tracks.filter(({ isMemory }) => !isMemory)).toEqual([]);
      const seen = film.reduce((sum, faces) => sum + faces.length, 0);
      for (const step of steps) expect(step.tracks.length).toBeLessThanOrEqual(seen);
    }),
    runs,
  );
});

it('changes nothing that it is given', () => {
  fc.assert(
    fc.property(anyFilm, fc.array(anyFace, { maxLength: 8 }), (film, faces) => {
      const { tracks } = watch(film);
      const before = structuredClone({ tracks, faces });
      makeTracker({ newPassageId: () => 'new', ...doorTracking }).step(tracks, faces, film.length * 100);
      expect({ tracks, faces }).toEqual(before);
    }),
    runs,
  );
});
