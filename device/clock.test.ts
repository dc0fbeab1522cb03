import { describe, expect, it } from 'vitest';
import { makeManualClock, readBootId, systemClock } from './clock.ts';

describe('the system clock', () => {
  it('ends a wait early, without an error, when it is told to', async () => {
    const stop = new AbortController();
    const waiting = systemClock.sleep(3_600_000, stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(systemClock.sleep(3_600_000, stop.signal)).resolves.toBeUndefined();
  });

  it('never goes back in its time since boot', () => {
    const first = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });

  it('knows the boot as a UUID', () => {
    expect(readBootId()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});

describe('the manual clock', () => {
  it('wakes sleepers in the order of their time, each at its time', async () => {
    const clock = makeManualClock({ now: 1_000 });
    const woken: string[] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name} at ${clock.now()}`);
    };
    const sleeping = [sleep('late', 20), sleep('early', 10)];
    await clock.advance(15);
    expect(woken).toEqual(['early at 1010']);
    expect(clock.sleepers()).toEqual([5]);
    await clock.advance(5);
    await Promise.all(sleeping);
    expect(woken).toEqual(['early at 1010', 'late at 1020']);
  });

  it('can have its wall clock set without moving the time since boot', () => {
    const clock = makeManualClock({ now: 5, monotonicMs: 7 });
    clock.setNow(0);
    expect([clock.now(), clock.monotonicMs()]).toEqual([0, 7]);
  });
});
