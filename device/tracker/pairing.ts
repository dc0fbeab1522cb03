/**
 * Pairs tracks and faces greedily, best first, each at most once. For the few faces of a door this equals the optimal assignment.
 * `affinity` is null for what cannot belong together.
 */
export const pairBest = <Track, Face>(
  tracks: readonly Track[],
  faces: readonly Face[],
  affinity: (track: Track, face: Face) => number | null,
): Map<Track, Face> => {
  const candidates = tracks.flatMap((track) =>
    faces.flatMap((face) => {
      const score = affinity(track, face);
      return score === null ? [] : [{ track, face, score }];
    }),
  );
  candidates.sort((a, b) => b.score - a.score);
  const pairs = new Map<Track, Face>();
  const taken = new Set<Face>();
  for (const { track, face } of candidates) {
    if (pairs.has(track) || taken.has(face)) continue;
    pairs.set(track, face);
    taken.add(face);
  }
  return pairs;
};
