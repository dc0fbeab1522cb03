import { describe, expect, it } from 'vitest';
import { AgentReport } from '#contract/shadow.ts';
import { makeManualClock } from '../clock.ts';
import { createReport, makeReporting, type Reporter } from './report.ts';

const bootId = '9f1c2a2e-7a0e-4c39-9d1d-1f0d3a0b8a11';
const start = Date.parse('2026-11-23T08:00:00.000Z');

/** A way to the shadow whose connection the test opens, and which remembers what it was given. */
const makeReporterForTests = () => {
  const sent: AgentReport[] = [];
  let goOnline = (): void => undefined;
  let online = new Promise<void>((resolve) => {
    goOnline = resolve;
  });
  const reporter: Reporter = {
    ready: (signal) =>
      Promise.race([
        online,
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      ]),
    report: async (report) => {
      sent.push(report);
    },
  };
  return {
    reporter,
    sent,
    goOnline: () => goOnline(),
    goOffline: () => {
      online = new Promise<void>((resolve) => {
        goOnline = resolve;
      });
    },
  };
};

const running = () => {
  const clock = makeManualClock({ now: start, monotonicMs: 5_000 });
  const wire = makeReporterForTests();
  let waiting = 0;
  const stop = new AbortController();
  const run = makeReporting({
    reporter: wire.reporter,
    clock,
    createReport: () =>
      createReport({
        outbox: { lowestUndelivered: 7, depth: waiting },
        bootId,
        clock,
        clockState: 'synced',
      }),
  }).run(stop.signal);
  return {
    ...wire,
    clock,
    /** Lets the loop run up to its next wait. */
    settle: () => clock.advance(0).then(() => new Promise((resolve) => setImmediate(resolve))),
    setWaiting: (entries: number) => {
      waiting = entries;
    },
    stop: async () => {
      stop.abort();
      await run;
    },
  };
};

describe('reporting', () => {
  it('says nothing while offline, and everything as soon as it is online', async () => {
    const door = running();
    await door.clock.advance(300_000);
    expect(door.sent).toEqual([]);
    door.goOnline();
    await door.settle();
    expect(door.sent).toEqual([
      {
        v: 1,
        undelivered: 7,
        waiting: 0,
        bootId,
        at: new Date(start + 300_000).toISOString(),
        monotonicMs: 305_000,
        clock: 'synced',
      },
    ]);
    expect(AgentReport.parse(door.sent[0])).toEqual(door.sent[0]);
    await door.stop();
  });

  it('repeats itself once a minute with what is true then', async () => {
    const door = running();
    door.goOnline();
    await door.settle();
    door.setWaiting(3);
    await door.clock.advance(60_000);
    await door.settle();
    expect(door.sent.map(({ waiting }) => waiting)).toEqual([0, 3]);
    await door.stop();
  });

  it('ends in the middle of a wait when the door stops', async () => {
    const door = running();
    door.goOnline();
    await door.settle();
    await door.stop();
    await door.clock.advance(600_000);
    expect(door.sent).toHaveLength(1);
  });
});
