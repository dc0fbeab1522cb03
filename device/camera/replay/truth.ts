import type { Box, Point } from '../../vision/face.ts';
import type { Act, Passer } from './act.ts';
import type { ReplayConfig } from './config.ts';
import { actsOf } from './film.ts';
import type { Picture, Place } from './walk.ts';

/** The truth about one passage of a film, in milliseconds from its first frame. */
export type ReplayPassage = {
  readonly passage: number;
  readonly personId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether a face worth a search is shown for half a second: 56 pixels or more, frontal, whole, nobody in front of it. */
  readonly isUsable: boolean;
};

const usable = { minFacePx: 56, maxTurnDegrees: 20, minMs: 500, edge: 0.6 } as const;
const stepMs = 100;

/** Whether someone nearer may cover a face; head and shoulders are taken as wide as cut-outs are. */
const covers = (near: Place, far: Place): boolean =>
  near.nearness > far.nearness &&
  Math.abs(near.centreX - far.centreX) < 1.4 * near.faceWidth + 0.5 * far.faceWidth &&
  far.centreY + 0.5 * far.faceWidth > near.centreY - 1.2 * near.faceWidth;

const isGood = (place: Place, others: readonly Place[], { width, height }: Picture): boolean => {
  const margin = usable.edge * place.faceWidth;
  return (
    place.faceWidth >= usable.minFacePx &&
    Math.abs(place.turnDegrees) <= usable.maxTurnDegrees &&
    place.centreX - margin >= 0 &&
    place.centreX + margin <= width &&
    place.centreY - margin >= 0 &&
    place.centreY + margin <= height &&
    !others.some((other) => covers(other, place))
  );
};

const isUsable = (passer: Passer, { passers, others }: Act, picture: Picture): boolean => {
  const rest = [...passers, ...others].filter((other) => other !== passer);
  let goodMs = 0;
  for (let atMs = passer.fromMs; atMs < passer.toMs; atMs += stepMs) {
    const place = passer.placeAt(atMs, picture);
    const around = rest.flatMap((other) => other.placeAt(atMs, picture) ?? []);
    if (place && isGood(place, around, picture)) goodMs += stepMs;
  }
  return goodMs >= usable.minMs;
};

/**
 * The truth about a film, in the order of the passages' numbers.
 * Throws for an endless film: `passages` must be set.
 */
export const replayScript = (config: ReplayConfig): readonly ReplayPassage[] => {
  if (config.passages === undefined) throw new Error('An endless film has no script: set passages.');
  return [...actsOf(config)].flatMap((act) =>
    act.passers.map((passer) => ({
      passage: passer.passage,
      personId: passer.personId,
      fromMs: passer.fromMs,
      toMs: passer.toMs,
      isUsable: isUsable(passer, act, config),
    })),
  );
};

/**
 * Whose face a box shows: the passage's number, or null when nobody of the film is there. `atMs` is milliseconds from the film's
 * first frame, the box is in pixels of its frames.
 */
export const passageAt = (config: ReplayConfig, atMs: number, box: Box): number | null => {
  const there: { readonly passage: number; readonly place: Place; readonly distance: number }[] = [];
  for (const { passers } of actsAround(config, atMs)) {
    for (const { passage, placeAt } of passers) {
      const place = placeAt(atMs, config);
      if (!place) continue;
      const distance = distanceOf({ x: box.x + box.width / 2, y: box.y + box.height / 2 }, place);
      if (distance < 0.8) there.push({ passage, place, distance });
    }
  }
  const visible = there.filter(({ place }) => !there.some((other) => hides(other.place, place)));
  return visible.sort((a, b) => a.distance - b.distance)[0]?.passage ?? null;
};

/** Distance of a point from the middle of a face, in its widths. */
const distanceOf = ({ x, y }: Point, { centreX, centreY, faceWidth }: Place): number =>
  Math.hypot(x - centreX, y - centreY) / faceWidth;

/** Whether a face is right behind the head of somebody nearer. */
const hides = (near: Place, far: Place): boolean =>
  near.nearness > far.nearness && distanceOf({ x: far.centreX, y: far.centreY }, near) < 0.6;

function* actsAround(config: ReplayConfig, atMs: number): Generator<Act> {
  for (const act of actsOf(config)) {
    if (act.fromMs > atMs) return;
    if (act.toMs > atMs) yield act;
  }
}
