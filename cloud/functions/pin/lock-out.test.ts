import { describe, expect, it } from 'vitest';
import { noTries, type Tries, takeTry } from './lock-out.ts';

const startMs = Date.parse('2026-11-23T08:00:00.000Z');
const minuteMs = 60_000;

/** Takes so many tries at one instant; fails when there are fewer to be had. */
const take = (tries: Tries, count: number, nowMs = startMs): Tries => {
  let state = tries;
  for (let n = 0; n < count; n += 1) {
    const next = takeTry(state, nowMs);
    if (next === null) throw new Error(`there were only ${n} tries`);
    state = next;
  }
  return state;
};

describe('tries at a PIN', () => {
  it('are five, and then none for a quarter of an hour', () => {
    expect(take(noTries, 4)).toEqual({ wrong: 4, lockOuts: 0 });
    const locked = take(noTries, 5);
    expect(locked).toEqual({ wrong: 0, lockOuts: 1, lockedUntil: '2026-11-23T08:15:00.000Z' });
    expect(takeTry(locked, startMs + 15 * minuteMs - 1)).toBeNull();
    expect(takeTry(locked, startMs + 15 * minuteMs)).toEqual({ wrong: 1, lockOuts: 1 });
  });

  it('cost twice as long with each lock-out, up to a day', () => {
    let tries = noTries;
    let nowMs = startMs;
    const minutes: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      tries = take(tries, 5, nowMs);
      const untilMs = Date.parse(tries.lockedUntil ?? '');
      minutes.push((untilMs - nowMs) / minuteMs);
      nowMs = untilMs;
    }
    expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
  });
});
