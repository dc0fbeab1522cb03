import { createHash } from 'node:crypto';

/** Numbers in [0, 1) that the same seed repeats. */
export const makeChance = (seed: number): (() => number) => {
  let drawn = 0;
  return () => {
    drawn += 1;
    return createHash('sha256').update(`${seed}/${drawn}`).digest().readUInt32BE() / 2 ** 32;
  };
};
