import type { Picture, Place } from './walk.ts';

/**
 * Where someone is in the room, seen from the camera: metres to the picture's right and metres away; and where the head is turned,
 * in degrees: 0 to the camera, positive to the picture's right, 180 away.
 */
export type Spot = { readonly side: number; readonly away: number; readonly turn: number };

/** A spot and when someone is there, in milliseconds of the film. */
export type Stop = Spot & { readonly atMs: number };

/** The next part of a way: what of the spot changes, and how long it takes. */
export type Leg = Partial<Spot> & { readonly ms: number };

/** A camera's lens: focal length as a part of the picture's width. 66 and 102 degrees, the two Camera Modules 3. */
export const lenses = { normal: 0.766, wide: 0.405 } as const;

/** How large someone is, in metres: the width of the face, and how far it is below the camera's line of sight. */
export type Stature = { readonly face: number; readonly below: number };
export const adult: Stature = { face: 0.16, below: 0.1 };
export const child: Stature = { face: 0.14, below: 0.42 };

/** The height of the camera's line of sight, as a part of the picture's. */
const horizon = 0.4;
const fadeMs = 400;

/** Makes a way out of legs, one after the other. */
export const createRoute = (fromMs: number, start: Spot, legs: readonly Leg[]): readonly Stop[] => {
  const stops: Stop[] = [{ ...start, atMs: fromMs }];
  for (const { ms, ...change } of legs) {
    const last = stops.at(-1) ?? { ...start, atMs: fromMs };
    stops.push({ ...last, ...change, atMs: Math.round(last.atMs + ms) });
  }
  return stops;
};

/** Farthest to the side that is still in the picture at a distance, in metres. */
export const halfView = (away: number, lens: number): number => (0.5 * away) / lens;

const spotAt = (route: readonly Stop[], atMs: number): Spot | null => {
  const next = route.findIndex((stop) => stop.atMs > atMs);
  const [from, to] = [route[next - 1], route[next]];
  if (!from || !to) return null;
  const progress = (atMs - from.atMs) / (to.atMs - from.atMs);
  const between = (a: number, b: number): number => a + progress * (b - a);
  return {
    side: between(from.side, to.side),
    away: between(from.away, to.away),
    turn: between(from.turn, to.turn),
  };
};

/** Where the face of someone on a route is in the picture, or null before and after it. People bob as they walk and stand. */
export const placeOnRoute = (
  { route, stature, lens, bobMs }: { route: readonly Stop[]; stature: Stature; lens: number; bobMs: number },
  atMs: number,
  picture: Picture,
): Place | null => {
  const spot = spotAt(route, atMs);
  const first = route[0]?.atMs ?? 0;
  const last = route.at(-1)?.atMs ?? 0;
  if (!spot) return null;
  const pixelsPerMetre = (lens * picture.width) / spot.away;
  const faceWidth = stature.face * pixelsPerMetre;
  const bob = Math.sin((2 * Math.PI * (atMs - first)) / bobMs);
  return {
    faceWidth,
    centreX: picture.width / 2 + spot.side * pixelsPerMetre + 0.05 * bob * faceWidth,
    centreY: horizon * picture.height + stature.below * pixelsPerMetre + 0.03 * Math.abs(bob) * faceWidth,
    opacity: Math.min(1, (atMs - first) / fadeMs, (last - atMs) / fadeMs),
    turnDegrees: spot.turn,
    nearness: pixelsPerMetre,
  };
};
