import type { ReplayConfig } from '../camera/replay/config.ts';
import { passageAt, type ReplayPassage, replayScript } from '../camera/replay/truth.ts';
import type { ObservedFilm } from './observed.ts';

/** How what was sighted compares with what the film really showed. Counts. */
export type Score = {
  /** People who passed, and those of them who showed a face worth a search. */
  readonly passed: number;
  readonly usable: number;
  /** Of those with a usable face, the ones that were sighted. */
  readonly found: number;
  /** Everyone who was sighted at least once, and how many sightings that took. */
  readonly sighted: number;
  readonly sightings: number;
  /** Sightings of what is nobody's face. */
  readonly falseAlarms: number;
  /** The passages with a usable face that were missed, and those that were sighted more than once. */
  readonly missed: readonly ReplayPassage[];
  readonly repeated: readonly ReplayPassage[];
};

/** Compares a replayed film with its script, sighting by sighting, by the place of the face in the chosen frame. */
export const scoreFilm = (config: ReplayConfig, film: ObservedFilm): Score => {
  const script = replayScript(config);
  const counts = new Map<number, number>();
  let falseAlarms = 0;
  for (const { face } of film.passages.flatMap((passage) => passage.sightings)) {
    const passage = face && passageAt(config, face.atMs - film.firstMs, face.box);
    if (passage === null) falseAlarms += 1;
    else counts.set(passage, (counts.get(passage) ?? 0) + 1);
  }
  const usable = script.filter(({ isUsable }) => isUsable);
  const missed = usable.filter(({ passage }) => !counts.has(passage));
  return {
    passed: script.length,
    usable: usable.length,
    found: usable.length - missed.length,
    sighted: counts.size,
    sightings: [...counts.values()].reduce((sum, count) => sum + count, 0),
    falseAlarms,
    missed,
    repeated: script.filter(({ passage }) => (counts.get(passage) ?? 0) > 1),
  };
};
