import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** All the time that the agent knows. Nothing else in device/ asks the system for it or waits on its own. */
export interface Clock {
  /** Wall clock, epoch milliseconds. May jump. */
  now(): number;
  /** Milliseconds since boot; never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when `signal` aborts: an aborted wait is an early end, not an error. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint()) / 1e6,
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : undefined);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

/** A clock that moves only when told to, for tests. */
export interface ManualClock extends Clock {
  /** Moves both times forward and wakes the sleepers whose time has come, in the order of their time. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock alone, as NTP or a person would. */
  setNow(epochMs: number): void;
  /** How long each present sleeper still has to wait, in milliseconds, shortest first. */
  sleepers(): readonly number[];
}

/** Makes a manual clock. `now` is epoch milliseconds, `monotonicMs` milliseconds since boot. */
export const makeManualClock = ({ now = 0, monotonicMs = 0 } = {}): ManualClock => {
  let wallMs = now;
  let upMs = monotonicMs;
  const waiting = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  const inOrder = () => [...waiting].sort((a, b) => a.atMs - b.atMs);
  const moveTo = (atMs: number) => {
    wallMs += atMs - upMs;
    upMs = atMs;
  };

  return {
    now: () => wallMs,
    monotonicMs: () => upMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper = {
          atMs: upMs + ms,
          wake: () => {
            waiting.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        waiting.add(sleeper);
        signal?.addEventListener('abort', sleeper.wake);
      }),
    advance: async (ms) => {
      const untilMs = upMs + ms;
      for (let next = inOrder()[0]; next && next.atMs <= untilMs; next = inOrder()[0]) {
        moveTo(Math.max(next.atMs, upMs));
        next.wake();
        // Lets the woken code run up to its next wait before time moves on.
        await new Promise((resolve) => setImmediate(resolve));
      }
      moveTo(untilMs);
    },
    setNow: (epochMs) => {
      wallMs = epochMs;
    },
    sleepers: () => inOrder().map((sleeper) => sleeper.atMs - upMs),
  };
};

/** Which boot the monotonic time counts from: the kernel's boot id, or one of this process where there is none. */
export const readBootId = (): string => {
  const path = '/proc/sys/kernel/random/boot_id';
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : randomUUID();
};

/**
 * Whether the wall clock has been set from the network since boot, as systemd-timesyncd reports it
 * (systemd-timesyncd.service(8), FILES). `unsynced` wherever that cannot be known, so that the cloud is told the weaker fact.
 */
export const readClockState = (): 'synced' | 'unsynced' =>
  existsSync('/run/systemd/timesync/synchronized') ? 'synced' : 'unsynced';
