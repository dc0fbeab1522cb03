import type { Sighting } from '#contract/sighting.ts';
import type { ObservedFilm, ObservedPassage, ObservedSighting, Sight, Snapshot } from './observed.ts';

/** For tests: a grey snapshot of a 1280 pixel wide frame in which this passage's face is seen. */
const snapshotOf = (passageId: string, { atMs, box, score }: Sight): Snapshot => ({
  atMs,
  frameWidth: 1280,
  picture: { width: 640, height: 360, data: new Uint8Array(640 * 360 * 3).fill(90) },
  faces: [
    { box, score, passageId },
    { box: { ...box, x: box.x + 300 }, score: 0.45, passageId: null },
  ],
});

/** For tests: a passage whose face is seen at these places; the sight numbers in `chosen` are sighted, with this picture. */
export const createPassage = (
  passageId: string,
  sights: readonly Sight[],
  chosen: readonly number[],
  jpeg: Buffer = Buffer.alloc(0),
): ObservedPassage => {
  const sightings = chosen.flatMap((number, at): ObservedSighting[] => {
    const face = sights[number];
    if (!face) return [];
    const facts: Omit<Sighting, 'seq'> = {
      v: 1,
      passageId,
      attempt: at === 0 ? 1 : 2,
      capturedAt: '2026-01-05T08:00:00.000Z',
      bootId: '0c9f1b5e-3a7d-4e21-8b6c-2f1d3e4a5b6c',
      monotonicMs: face.atMs,
      clock: 'synced',
      track: { frames: sights.length, first: '2026-01-05T08:00:00.000Z', last: '2026-01-05T08:00:01.000Z' },
      quality: { size: face.box.width, sharpness: 0.71, pose: 0.93, exposure: 120, score: 0.6 },
      liveness: null,
    };
    return [{ facts, jpeg, face, snapshot: snapshotOf(passageId, face) }];
  });
  const first = sights[0];
  return {
    passageId,
    sights,
    sightings,
    unusable: chosen.length > 0 ? null : { reason: 'not_frontal' },
    snapshot: first ? snapshotOf(passageId, first) : null,
  };
};

/** For tests: a film of ten seconds, one second after boot, with these passages. */
export const createFilm = (passages: readonly ObservedPassage[]): ObservedFilm => ({
  size: { width: 1280, height: 720 },
  firstMs: 1000,
  lastMs: 11_000,
  frames: { seen: 101, searched: 80, withFaces: 60, failed: 0 },
  passages,
  times: [
    { stage: 'decode', count: 102, totalMs: 510, p95Ms: 8 },
    { stage: 'detect', count: 80, totalMs: 490, p95Ms: 9.5 },
  ],
  tookMs: 1500,
});
