/** A repeatable source of chance. */
export type Random = {
  /** A number in [from, to). */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A new list with the same elements in a random order. */
  shuffle<T>(elements: readonly T[]): T[];
};

/**
 * Makes a repeatable source of chance from a whole number.
 * The generator is Tommy Ettinger's mulberry32 (public domain, 32 bits of state): no cryptography, but the same everywhere.
 */
export const makeRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + (to - from) * next(),
    chance: (probability) => next() < probability,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    shuffle: (elements) => {
      const keyed = elements.map((element) => ({ element, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ element }) => element);
    },
  };
};
