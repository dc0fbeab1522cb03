import { smoothStep } from './outline.ts';
import type { Sprite } from './sprite.ts';

/** Radius of the head taken as an upright cylinder, in face widths. */
const headRadius = 0.75;
/** As far round the head as a photograph from the front shows the face, in radians; beyond there is hair. */
const faceReach = 1.3;
/** Between these heights the turn of the head goes over into the body, which stays as it is; in face widths below the face. */
const neck = { from: 0.75, to: 1.15 } as const;
/** Where the hair is in the photograph, in face widths around the middle of the face. */
const hair = { from: -0.95, to: -0.7, halfWidth: 0.3 } as const;
/** Turns smaller than this are not worth a new picture. */
const stepDegrees = 3;

/** The same angle within half a circle each way. */
const withinCircle = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle));

/** For each column the column of the photograph that a head turned by `turn` radians shows there; NaN where it shows hair. */
const seenColumns = ({ width, faceX, faceWidth }: Sprite, turn: number, seen: Float32Array): void => {
  for (let column = 0; column < width; column++) {
    const across = (column - faceX) / faceWidth;
    if (turn === 0 || (Math.abs(across) > headRadius && Math.abs(turn) < Math.PI / 4)) seen[column] = column;
    else {
      const angle = withinCircle(Math.asin(Math.min(1, Math.max(-1, across / headRadius))) - turn);
      seen[column] =
        Math.abs(angle) > faceReach ? Number.NaN : faceX + headRadius * Math.sin(angle) * faceWidth;
    }
  }
};

type Shade = { readonly luma: number; readonly blue: number; readonly red: number };

/** The mean colour of the hair above the forehead. */
const hairOf = ({ width, faceX, faceY, faceWidth, luma, blue, red }: Sprite): Shade => {
  const sum = { luma: 0, blue: 0, red: 0, count: 0 };
  for (let row = Math.round(faceY + hair.from * faceWidth); row < faceY + hair.to * faceWidth; row++) {
    const left = Math.round(faceX - hair.halfWidth * faceWidth);
    for (let at = row * width + left; at < row * width + faceX + hair.halfWidth * faceWidth; at++) {
      sum.luma += luma[at] ?? 0;
      sum.blue += blue[at] ?? 0;
      sum.red += red[at] ?? 0;
      sum.count += 1;
    }
  }
  return { luma: sum.luma / sum.count, blue: sum.blue / sum.count, red: sum.red / sum.count };
};

/**
 * A person with the head turned, as if it were painted on an upright cylinder: at 90 degrees the side of it is seen, at 180 hair
 * alone. An approximation that moves eyes and nose as a turning head does, which shifting a flat picture cannot.
 */
export const turnSprite = (sprite: Sprite, degrees: number): Sprite => {
  const { width, height, faceY, faceWidth } = sprite;
  const plane = () => new Uint8Array(width * height);
  const turned = { ...sprite, luma: plane(), blue: plane(), red: plane() };
  const columns = new Float32Array(width);
  const hairShade = hairOf(sprite);
  let turnOfColumns = Number.NaN;
  for (let row = 0; row < height; row++) {
    const turn = (degrees * Math.PI * (1 - smoothStep(neck.from, neck.to, (row - faceY) / faceWidth))) / 180;
    if (turn !== turnOfColumns) seenColumns(sprite, turn, columns);
    turnOfColumns = turn;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const seen = columns[column] ?? column;
      const from = row * width + Math.round(Math.min(width - 1, Math.max(0, seen)));
      // What was transparent in the photograph has no colour of its own.
      const showsHair = Number.isNaN(seen) || (turn !== 0 && (sprite.alpha[from] ?? 0) < 128);
      // Hair runs down: neighbouring columns differ, a strand stays what it is.
      const strand = 0.8 + 0.12 * Math.sin(column * 0.9) + 0.06 * Math.sin(column * 2.3);
      turned.luma[at] = showsHair ? hairShade.luma * strand : (sprite.luma[from] ?? 0);
      turned.blue[at] = showsHair ? hairShade.blue : (sprite.blue[from] ?? 128);
      turned.red[at] = showsHair ? hairShade.red : (sprite.red[from] ?? 128);
    }
  }
  return turned;
};

/** Makes what turns a person's sprites. It keeps the last turned one, which is all that someone who stands needs. */
export const makeTurner = (): ((sprite: Sprite, degrees: number) => Sprite) => {
  let last: { readonly of: Sprite; readonly degrees: number; readonly turned: Sprite } | undefined;
  return (sprite, exactDegrees) => {
    const degrees = Math.round(exactDegrees / stepDegrees) * stepDegrees;
    if (degrees === 0) return sprite;
    if (last?.of !== sprite || last.degrees !== degrees)
      last = { of: sprite, degrees, turned: turnSprite(sprite, degrees) };
    return last.turned;
  };
};
