import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const wait = { baseMs: 1_000, longestMs: 60_000 };

it('spreads retries over the whole wait', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(2, wait, () => random))).toEqual([0, 2_000, 4_000]);
});

it('never waits longer than its bound, however often it failed', () => {
  expect([6, 100, 1e6].map((tries) => backoffMs(tries, wait, () => 1))).toEqual([60_000, 60_000, 60_000]);
});
