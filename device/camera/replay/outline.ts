import type { Box } from '../../vision/face.ts';

/** Rises smoothly from 0 at `from` to 1 at `to`. */
export const smoothStep = (from: number, to: number, value: number): number => {
  const progress = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return progress * progress * (3 - 2 * progress);
};

/** Width of a cut-out's soft edge, in face widths. */
const softness = 0.22;
/** Where a cut-out begins, in face widths above the middle of the face. */
const topOfHair = 1.22;

/**
 * Half the width of a person at a height below the middle of the face, both in face widths: head and hair, then shoulders.
 * 0 above the hair.
 */
export const halfWidthAt = (down: number): number => {
  if (down < -topOfHair) return 0;
  const head = 0.95 * Math.sqrt(Math.max(0, 1 - ((down + 0.1) / 1.12) ** 2));
  const body = down < 0 ? 0 : 0.75 + 0.6 * smoothStep(0.5, 1.15, down);
  return Math.max(head, body);
};

/** 1 well inside the outline, 0 at it. `across` is face widths from the middle of the face. */
export const outlineAt = (halfWidth: number, across: number): number => {
  const inside = halfWidth - Math.abs(across);
  return inside >= softness ? 1 : smoothStep(0, softness, inside);
};

/** 0 on another face of the photograph, 1 away from it, so that a cut-out shows one person only. In the photograph's pixels. */
export const awayFrom = (companions: readonly Box[], x: number, y: number): number => {
  let visible = 1;
  for (const { x: left, y: top, width } of companions) {
    const across = (x - left) / width - 0.5;
    const down = ((y - top) / width - 0.5) * 0.85;
    const distance = across * across + down * down;
    if (distance < 0.49) visible *= smoothStep(0.55, 0.7, Math.sqrt(distance));
  }
  return visible;
};
